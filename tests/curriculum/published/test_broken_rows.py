"""Rows of tables that a page breaks: an element stays one, whether its name is repeated, parted, or stands once."""

from collections import Counter

import pytest

from curriculum.published.files import published_text
from curriculum.published.model import ReadPack
from curriculum.published.page_cells import Box, Run, in_rows
from curriculum.published.reading import read_published
from tests.curriculum.published.test_council_pdfs import COMPETENT, cell_of, row, style, words
from tests.curriculum.published.test_pdf import pdf_of
from tests.curriculum.published.test_wrapped_names import warnings
from tests.published import lost_words

HEAD = "<p>AGX/N1101: Prepare</p><p>Description</p><p>This unit is about work.</p><p>Performance Criteria</p>"
LONG = "Carry out the work with hand tools and small machines as told by the farmer"


def lines(first: int, last: int) -> list[tuple[str, str]]:
    return [(f"PC{number}", words(3 * number, 20)) for number in range(first, last + 1)]


def text_of(*rows: str, align: str = "top", headed: bool = False) -> str:
    """The text of a PDF whose third row begins a page; `headed` says that each page has the table's headings."""
    head = row("Element", "Performance Criteria")
    table = "".join([f"<thead>{head}</thead>" if headed else head, *rows])
    table = table.replace("<tr><td colspan=1>", "<tr><td class=name>")
    return published_text(pdf_of(f"{style(align)}{HEAD}<table>{table}</table>"))


def broken(name: str, rest: str, *, align: str = "top", headed: bool = False) -> str:
    """A table whose second row a page breaks, with what stands at its left before and after that."""
    second = row(rest, cell_of(lines(11, 16))).replace("<tr>", "<tr style='break-before: page'>")
    first = row(name, cell_of(lines(4, 10), COMPETENT))
    ends = row("Set up", cell_of(lines(1, 3), COMPETENT)), row("Clean", cell_of(lines(17, 18), COMPETENT))
    return text_of(ends[0], first, second, ends[1], align=align, headed=headed)


def counted(read: ReadPack) -> list[tuple[str, int]]:
    [unit] = read.units
    return [(element["title"], len(element["criteria"])) for element in unit["elements"]]  # type: ignore[attr-defined]


@pytest.mark.parametrize("align", ["top", "middle"])
@pytest.mark.parametrize("headed", [False, True])
@pytest.mark.parametrize("again", [LONG, f"{LONG} (contd.)"])
def test_an_element_whose_name_a_page_repeats_is_one(align: str, headed: bool, again: str) -> None:
    text = broken(LONG, again, align=align, headed=headed)
    read = read_published(text)
    assert counted(read) == [("Set up", 3), (LONG, 13), ("Clean", 2)]
    assert any("is the name of the element again" in str(problem.message) for problem in read.problems)
    told = [words.partition(";")[0] for _, words in warnings(read)]
    assert told == ([f"“{LONG}” is printed again on a new page"] if again == LONG else [])
    assert lost_words(text, read) == Counter()


@pytest.mark.parametrize("between", ["", "\f"])
def test_two_elements_of_one_name_are_two_where_each_has_its_lead_in(between: str) -> None:
    name, other = f"Carry out the work\n{COMPETENT}\n", "Clean\n" + COMPETENT
    text = f"AGX/N1101: Prepare\nDescription\nAbout work.\nElements and Performance Criteria\n{name}PC1. dig\n"
    read = read_published(f"{text}{between}{name}PC2. sow\n{other}\nPC3. wash\n")
    assert counted(read) == [("Carry out the work", 1), ("Carry out the work", 1), ("Clean", 1)]
    told = "“Carry out the work” is printed for two elements in a row; check that they are not one"
    assert warnings(read) == [(8, told)]


@pytest.mark.parametrize("headed", [False, True])
@pytest.mark.parametrize(
    ("name", "rest"),
    [
        ("Carry out the work with hand tools and small", "machines as told by the farmer"),
        ("Carry out the work as told by", "SOP of the farmer"),
        ("Carry out the work (with hand", "Tools) as told"),
    ],
)
def test_a_name_that_a_page_parts_is_put_together_and_told(name: str, rest: str, headed: bool) -> None:
    text = broken(name, rest, headed=headed)
    read = read_published(text)
    assert counted(read) == [("Set up", 3), (f"{name} {rest}", 13), ("Clean", 2)]
    [(line, told)] = warnings(read)
    assert text.split("\n")[line - 1].lstrip("\f").startswith(rest)
    assert told.startswith(f"the name “{name} {rest}” is put together from two places that a page parts;")
    assert lost_words(text, read) == Counter()


@pytest.mark.parametrize("headed", [False, True])
def test_a_name_at_the_head_of_a_page_that_may_be_another_is_told(headed: bool) -> None:
    text = broken("Carry out the work", "Farm Managers", headed=headed)
    read = read_published(text)
    assert counted(read) == [("Set up", 3), ("Carry out the work", 7), ("Farm Managers", 6), ("Clean", 2)]
    [(line, told)] = warnings(read)
    assert text.split("\n")[line - 1].lstrip("\f").startswith("Farm Managers")
    assert told.startswith("“Farm Managers” is read as the name of another element; check that it is not the rest")


def test_a_name_that_goes_on_below_a_lead_in_that_a_page_repeats_is_told() -> None:
    rows = [f"Set up\t{COMPETENT}", "\tPC1. look", f"Carry out the\t{COMPETENT}", "\tPC2. dig"]
    rows += [f"\fFarm work\t{COMPETENT}", "\tPC3. sow"]
    text = "\n".join(["AGX/N1101: Prepare", "Description", "About work.", "Performance Criteria", *rows])
    told = [words.partition(";")[0] for _, words in warnings(read_published(text + "\n"))]
    assert told == ["“Farm work” is read as the name of another element"]


def test_a_parted_name_is_told_where_pages_are_not_known() -> None:
    text = broken("Carry out the work with hand tools and small", "machines as told").replace("\f", "")
    text = "\n".join(line for line in text.split("\n") if "| Page" not in line)
    told = [words for _, words in warnings(read_published(text))]
    assert [words.partition(";")[0] for words in told] == ["“machines as told” is read as the name of another element"]


@pytest.mark.parametrize("align", ["top", "middle"])
@pytest.mark.parametrize("headed", [False, True])
@pytest.mark.parametrize("last", [40, 80])
def test_a_row_as_tall_as_a_page_and_more_is_read_as_any_other(align: str, headed: bool, last: int) -> None:
    rows = (
        row("Set up", cell_of(lines(1, 3), COMPETENT)),
        row(LONG, cell_of(lines(4, last), COMPETENT)),
        row("Clean", cell_of(lines(last + 1, last + 4), COMPETENT)),
    )
    text = text_of(*rows, align=align, headed=headed)
    read = read_published(text)
    assert counted(read) == [("Set up", 3), (LONG, last - 3), ("Clean", 4)]
    [unit] = read.units
    found = [line["text"] for element in unit["elements"] for line in element["criteria"]]  # type: ignore[attr-defined]
    assert found == [words for _, words in lines(1, last + 4)]
    assert (warnings(read), lost_words(text, read)) == ([], Counter())


def box(left: float, right: float, bottom: float, top: float) -> list[Box]:
    """The four lines of a ruled box."""
    level = [Box(left=left, right=right, bottom=up, top=up) for up in (bottom, top)]
    return level + [Box(left=along, right=along, bottom=bottom, top=top) for along in (left, right)]


def test_the_room_between_a_table_and_the_frame_of_its_page_is_no_cell() -> None:
    runs = [
        Run(left=left + 4, right=left + 100, bottom=up, top=up + 10, text=text)
        for left, text in ((60, "Carry"), (220, "PC1. boil"))
        for up in (600, 400)
    ]
    table = [*box(60, 220, 90, 710), *box(220, 540, 90, 710)]
    rows = [*table, *box(60, 220, 500, 710), *box(220, 540, 500, 710)]
    frame = box(20, 580, 20, 800)
    for rules, names in ((table, 1), ([*table, *frame], 1), (rows, 2), ([*rows, *frame], 2)):
        columns = sorted((run.column, run.inner) for run in in_rows(runs, rules))
        assert columns == [*[(60, False)] * names, (220, True), (220, True)]


def test_what_a_page_leaves_of_a_row_is_one_line_beside_its_empty_cells() -> None:
    texts = ("PC8. मशीन की जाँच करें और खराब भागों को बदलें ग्राहक", "मशीन के पास आदेश लिखें", "PC9. तेल डालें")
    runs = [
        Run(left=64, right=right, bottom=up, top=up + 10, text=text)
        for text, right, up in zip(texts, (390, 200, 150), (685, 670, 655), strict=True)
    ]
    words = box(60, 400, 650, 700)
    told = [run.text for run in in_rows(runs, [*words, *box(400, 470, 650, 700), *box(470, 540, 650, 700)])]
    assert told == [f"{texts[0]} {texts[1]}", texts[2]]
    assert [run.text for run in in_rows(runs, words)] == list(texts)


@pytest.mark.parametrize("between", ["", "PC9. report\n\f"], ids=["in a row", "not in a row"])
def test_a_name_of_elements_that_many_pages_begin_with_is_no_header(between: str) -> None:
    pages = [f"Keep clean\n{COMPETENT}\nPC{number}. sweep\n\f" for number in (2, 3, 4)]
    head = f"AGX/N1101: Prepare\nPerformance Criteria\nOpen\n{COMPETENT}\nPC1. open each of\nThe Doors\n\f"
    read = read_published(f"{head}{between.join(pages)}")
    assert [title for title, _ in counted(read)] == ["Open", *["Keep clean"] * 3]
