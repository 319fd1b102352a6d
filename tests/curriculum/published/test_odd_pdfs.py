"""PDFs as hardly any program makes them: turned pages, stamps, huge letters, letters of other planes."""

import math

import pytest

from curriculum.published.errors import NotAPack
from curriculum.published.files import published_text
from curriculum.published.lines import words_of
from curriculum.published.model import ReadPack
from curriculum.published.pdf import _Letter, _put_back
from curriculum.published.reading import read_published
from tests.published import TEXTS
from tests.raw_pdf import letters_as, raw_pdf, shown

LINES = (TEXTS / "exa-q0104.txt").read_text(encoding="utf-8").replace("\f", "").replace("ﬃ", "ffi").split("\n")
PAGES = [LINES[first : first + 68] for first in range(0, len(LINES), 68)]
STAMP = b" BT /F 90 Tf 0.7 0.7 -0.7 0.7 100 200 Tm (DRAFT) Tj ET"


def read(content: bytes) -> ReadPack:
    return read_published(published_text(content))


@pytest.fixture(scope="module")
def upright() -> ReadPack:
    return read(raw_pdf([shown(page) for page in PAGES]))


@pytest.mark.parametrize(
    ("matrix", "page"),
    [
        ("0 1 -1 0 {along} 50", b"/Rotate 90"),
        ("0 1 -1 0 {along} 50", b""),
        ("0 -1 1 0 {y} 800", b"/Rotate 270"),
        ("-1 0 0 -1 500 {along}", b"/Rotate 180"),
    ],
)
def test_pages_that_lie_on_their_side_or_head_are_read_as_they_are_seen(upright, matrix: str, page: bytes) -> None:
    size = {"size": 8, "step": 8} if "along" in matrix or "{y}" in matrix else {}
    turned = read(raw_pdf([shown(lines, matrix=matrix, **size) for lines in PAGES], page=page))
    assert upright.units
    assert turned.units == upright.units


def test_a_stamp_over_each_page_is_told_and_stands_in_no_line(upright) -> None:
    stamped = read(raw_pdf([shown(page) + STAMP for page in PAGES]))
    assert stamped.units == upright.units
    told = [problem for problem in stamped.problems if "DRAFT" in problem.words]
    assert len(told) == len(PAGES)


def test_the_largest_letters_are_read_too() -> None:
    assert "Waterworks" in published_text(raw_pdf([shown(["Waterworks"], size=80), *map(shown, PAGES)]))


def test_letters_of_other_planes_are_whole_and_half_ones_are_marked() -> None:
    whole = published_text(raw_pdf([*map(shown, PAGES)], to_unicode=letters_as({"z": "\U0001f6b0", "q": "\ud800"})))
    assert "\U0001f6b0" in whole
    assert "\ufffd" in whole
    assert whole.encode()


def test_a_letter_that_means_the_end_of_a_page_or_line_ends_none() -> None:
    text = published_text(raw_pdf([*map(shown, PAGES)], to_unicode=letters_as({"z": "\f", "q": "\u2028"})))
    assert text.count("\f") == len(PAGES) - 1
    assert "\u2028" not in text
    assert set(words_of(text)) > {"EXA", "N0134"}


def slanted(degrees: float) -> str:
    along, up = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return f"{along:.5f} {up:.5f} {-up:.5f} {along:.5f} {{x}} {{y}}"


@pytest.mark.parametrize("degrees", [4, 8, 30, -60])
def test_a_page_at_a_slant_is_refused_in_words_and_not_read_as_a_jumble(degrees: float) -> None:
    with pytest.raises(NotAPack, match="is set at a slant, so that its lines cannot be told apart"):
        read(raw_pdf([shown(page, matrix=slanted(degrees)) for page in PAGES]))


def test_a_page_that_hardly_leans_is_read(upright) -> None:
    assert read(raw_pdf([shown(page, matrix=slanted(0.1)) for page in PAGES])).units == upright.units


def test_letters_set_one_by_one_are_told() -> None:
    with pytest.raises(NotAPack, match="has its letters set one by one"):
        read(raw_pdf([shown([" ".join(line) for line in page]) for page in PAGES]))


def in_columns(lines: list[str]) -> str:
    """A text whose second half stands beside its first."""
    middle = len(lines) // 2
    return "\n".join(f"{left}\t{right}" for left, right in zip(lines[:middle], lines[middle:], strict=False))


def test_pages_in_two_columns_are_told_with_what_to_do() -> None:
    words = "seems to be set in two columns"
    whole = read_published(in_columns([line for line in LINES if len(line.split()) > 5]))
    assert any(str(problem.message).startswith(words) for problem in whole.problems)
    beside = in_columns([f"{line} and so on it goes" for line in PAGES[1]])
    some = read_published("\f".join(["\n".join(LINES), beside]))
    assert any(str(problem.message).startswith(words) for problem in some.problems)


def test_pages_in_one_column_are_not_called_otherwise(upright) -> None:
    assert not any("two columns" in str(problem.message) for problem in upright.problems)


def test_a_page_without_text_is_told_since_a_scanned_table_may_stand_there() -> None:
    def told(found: ReadPack) -> list[str]:
        return [str(one.message) for one in found.problems if str(one.message).startswith("pages without text")]

    (amid,) = told(read(raw_pdf([shown(PAGES[0]), b"", *map(shown, PAGES[1:]), b""])))
    assert amid.startswith(f"pages without text: 2, {len(PAGES) + 2};")
    assert not told(read(raw_pdf([*map(shown, PAGES)])))
    assert not told(read_published("\f".join(["\n".join(page) for page in PAGES]) + "\n\f"))


def test_halves_of_signs_for_two_letters_are_put_back_into_their_words_on_turned_pages() -> None:
    """As the reader of PDFs gives `specified` where a page is set turned into another: its `fi` stands far away."""
    places = {"c": 10.0, "i": 20.0, "f": 900.0, "ı": 910.0, "e": 40.0}
    letters = [
        _Letter(
            sign.replace("ı", "i"), 3, left, left + 9, 700 if left > 800 else 100, 712 if left > 800 else 112, False
        )
        for sign, left in places.items()
    ]
    _put_back(letters)
    assert [(one.text, one.left, one.bottom) for one in letters] == [
        ("c", 10, 100),
        ("i", 20, 100),
        ("f", 29, 100),
        ("i", 29, 100),
        ("e", 40, 100),
    ]


def test_a_word_in_two_pieces_without_room_between_them_is_one_word() -> None:
    line = b"BT /F 9 Tf 1 0 0 1 50 700 Tm (clear wat) Tj 1 0 0 1 %b 700 Tm (er in a well) Tj ET"
    text = published_text(raw_pdf([b"\n".join([shown(PAGES[0]), line % b"86.0"])]))
    assert "clear water in a well" in text
