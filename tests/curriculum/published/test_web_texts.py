"""The two republished texts come out equal to the shipped content in all that they print, and no word is lost."""

import re
import textwrap
from collections import Counter
from itertools import permutations
from typing import Any

import pytest

from curriculum.loading import get_shipped_pack
from curriculum.model import NosUnit, PackDocument, QualificationPack
from curriculum.published.lines import words_of
from curriculum.published.model import ReadPack
from curriculum.published.problems import PublishedSeverity
from curriculum.published.reading import read_published
from tests.published import TEXTS, lost_words, meta_of, strange_words

BOTH = ["ASC/Q1106", "RAS/Q0301"]
CODED = ["exa-q0104.txt", "exm-q1401.txt", "exa-q0102.hi.txt"]


def text_of(code: str) -> str:
    return (TEXTS / f"{code.lower().replace('/', '-')}.txt").read_text(encoding="utf-8")


def read(code: str) -> ReadPack:
    return read_published(text_of(code), meta_of(TEXTS / f"{code.lower().replace('/', '-')}.meta.yaml"))


def as_pack(read_pack: ReadPack, source: str) -> QualificationPack:
    header = PackDocument.model_validate({**read_pack.pack, "source": source})
    return QualificationPack(pack=header, units=tuple(NosUnit.model_validate(unit) for unit in read_pack.units))


@pytest.mark.parametrize("code", BOTH)
def test_a_text_and_what_it_does_not_print_are_the_shipped_pack(code: str) -> None:
    shipped = get_shipped_pack(code)
    assert as_pack(read(code), shipped.pack.source) == shipped


@pytest.mark.parametrize("code", BOTH)
def test_the_text_alone_holds_all_units_and_says_what_it_does_not_print(code: str) -> None:
    shipped, alone = get_shipped_pack(code), read_published(text_of(code))
    assert [unit["title"] for unit in alone.units] == [unit.title for unit in shipped.units]
    assert "code" not in alone.pack
    told = {str(problem.message) for problem in alone.problems if problem.line is None}
    assert told == {
        "code: the text prints none; give it beside the text",
        "version: the text prints none; give it beside the text",
    }


@pytest.mark.parametrize("code", BOTH)
def test_every_word_is_in_the_result_or_in_a_problem(code: str) -> None:
    read_pack = read(code)
    assert lost_words(text_of(code), read_pack) == Counter()
    assert strange_words(text_of(code), read_pack) == []


@pytest.mark.parametrize("code", BOTH)
def test_nothing_in_them_is_left_out_without_being_understood(code: str) -> None:
    told = [problem for problem in read(code).problems if problem.severity is not PublishedSeverity.NOTE]
    assert [problem for problem in told if problem.words] == []


def test_lines_lead_from_each_text_to_where_it_stands() -> None:
    read_pack = read("ASC/Q1106")
    lines = text_of("ASC/Q1106").splitlines()
    [place] = read_pack.places["units.3.elements.0.criteria.3.text"]
    assert lines[place - 1].startswith("PC4.. greet the customers")
    assert words_of(lines[read_pack.places["pack.title"][0] - 1]) == ["Customer", "Relationship", "Executive"]


LAYOUTS = {
    "lines end as on Windows, after a mark of byte order": lambda text: "\ufeff" + text.replace("\n", "\r\n"),
    "blanks do not break": lambda text: text.replace(" ", "\u00a0"),
    "letters are joined in print": lambda text: (
        text.replace("ffi", "\ufb03").replace("fi", "\ufb01").replace("fl", "\ufb02")
    ),
    "soft hyphens and blanks at the end": lambda text: text.replace("tion", "\u00adtion").replace("\n", "  \n"),
    "lines are indented": lambda text: "\n".join(f"  {line}" for line in text.split("\n")),
    "coded lines are set in": lambda text: re.sub(r"^(?=(PC|KU|GS)\d)", " " * 6, text, flags=re.MULTILINE),
    "blank lines between all lines": lambda text: text.replace("\n", "\n\n"),
    "figures are those of Hindi in codes": lambda text: text.replace("PC1.", "PC१.").replace("KU2.", "KU२."),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("code", BOTH)
def test_layout_changes_nothing(code: str, layout: str) -> None:
    text = LAYOUTS[layout](text_of(code))
    meta = meta_of(TEXTS / f"{code.lower().replace('/', '-')}.meta.yaml")
    changed, plain = read_published(text, meta), read(code)
    texts = [{**line, "code": ""} for unit in changed.units for line in lines_in(unit)]
    assert texts == [{**line, "code": ""} for unit in plain.units for line in lines_in(unit)]
    assert changed.pack == plain.pack
    assert lost_words(text, changed) == Counter()


def lines_in(unit: Any) -> list[dict[str, str]]:
    """Every coded line of a unit, with the title of its element."""
    criteria = [{**line, "of": element["title"]} for element in unit["elements"] for line in element["criteria"]]
    return [*criteria, *unit["knowledge"], *unit["skills"]]


@pytest.mark.parametrize("code", BOTH)
def test_a_page_break_anywhere_changes_nothing(code: str) -> None:
    lines = text_of(code).split("\n")
    for size in (7, 23, 40):
        pages = ["\n".join(lines[place : place + size]) for place in range(0, len(lines), size)]
        footed = "\n\f".join(f"{page}\nNSQC Approved || Example Council {n}" for n, page in enumerate(pages, start=1))
        changed = read_published(footed, meta_of(TEXTS / f"{code.lower().replace('/', '-')}.meta.yaml"))
        assert changed.units == read(code).units


@pytest.mark.parametrize("width", range(48, 121, 6))
@pytest.mark.parametrize("code", BOTH)
def test_lines_that_a_printed_page_wraps_are_read_as_one(code: str, width: int) -> None:
    text = "\n".join(textwrap.fill(line, width, break_long_words=False) for line in text_of(code).splitlines())
    meta = meta_of(TEXTS / f"{code.lower().replace('/', '-')}.meta.yaml")
    wrapped, plain = read_published(text, meta), read(code)
    assert [unit["title"] for unit in wrapped.units] == [unit["title"] for unit in plain.units]
    assert wrapped.units == plain.units
    assert wrapped.pack == plain.pack
    assert lost_words(text, wrapped) == Counter()


def test_a_page_may_end_amid_a_wrapped_title() -> None:
    text = "\n".join(textwrap.fill(line, 76) for line in text_of("ASC/Q1106").splitlines())
    parted = text.replace("\nsales closure:\n", "\n\n\tNSQC Approved || Example Council 3\n\fsales closure:\n")
    assert parted != text
    changed = read_published(parted, meta_of(TEXTS / "asc-q1106.meta.yaml"))
    assert changed.units == read("ASC/Q1106").units
    assert [problem for problem in changed.problems if "check where it begins" in str(problem.message)]


@pytest.mark.parametrize("ends", ["", "; and"])
def test_a_page_may_end_amid_the_wrapped_name_of_an_element(ends: str) -> None:
    text = "\n".join(textwrap.fill(line, 60) for line in text_of("RAS/Q0301").splitlines())
    name = "New and improved selling tactics with an eye on market\ntrends\n"
    before, after = text.split(name)
    text = f"{before.rstrip()}{ends}\n\n{name}{after}"
    parted = text.replace("market\ntrends\n", "market\n\n\tNSQC Approved || Example Council 3\n\ftrends\n")
    assert parted != text
    meta = meta_of(TEXTS / "ras-q0301.meta.yaml")
    changed = read_published(parted, meta)
    assert changed.units == read_published(text, meta).units
    assert changed.units[0]["elements"][3]["title"] == " ".join(name.split())


def test_where_a_wrapped_title_begins_is_told_as_a_guess() -> None:
    text = "\n".join(textwrap.fill(line, 76) for line in text_of("ASC/Q1106").splitlines())
    told = [problem for problem in read_published(text).problems if "check where it begins" in str(problem.message)]
    [line] = [number for number, line in enumerate(text.splitlines(), 1) if line.startswith("Generate sales leads and")]
    assert [problem.line for problem in told] == [line]


def test_a_second_pack_in_one_text_is_told_where_its_job_is_described() -> None:
    first, second = map(text_of, BOTH)
    place = first.count("\n") + second[: second.index("This individual acts")].count("\n") + 1
    told = [one for one in read_published(f"{first}{second}").problems if "second pack" in str(one.message)]
    assert [one.line for one in told] == [place]
    assert all("second pack" not in str(one.message) for code in BOTH for one in read(code).problems)


@pytest.mark.parametrize("code", BOTH)
@pytest.mark.parametrize("first", CODED)
def test_a_pack_without_codes_below_one_with_codes_is_told_where_its_job_is_described(first: str, code: str) -> None:
    one = (TEXTS / first).read_text(encoding="utf-8")
    text = f"{one}\n{text_of(code)}"
    [told] = [problem.line for problem in read_published(text).problems if "second pack" in str(problem.message)]
    below = text.split("\n")[one.count("\n") + 1 :]
    assert told == one.count("\n") + 3 + below.index("Brief Job Description")


def test_a_job_that_is_only_spoken_of_at_the_end_of_a_pack_is_no_second_pack() -> None:
    glossary = (
        "Glossary\nBrief Job Description\nSays what somebody does in the job.\nPersonal Attributes\nAre of a person.\n"
    )
    for name in CODED:
        text = f"{(TEXTS / name).read_text(encoding='utf-8')}\n{glossary}"
        assert all("second pack" not in str(problem.message) for problem in read_published(text).problems)


@pytest.mark.parametrize(("first", "second"), list(permutations(CODED, 2)))
def test_a_second_pack_is_told_where_it_is_described_or_has_its_code(first: str, second: str) -> None:
    one, other = ((TEXTS / name).read_text(encoding="utf-8") for name in (first, second))
    problems = read_published(f"{one}\n{other}").problems
    (line,) = [problem.line for problem in problems if "second pack" in str(problem.message)]
    assert line is not None
    assert line > one.count("\n")
    assert all("second pack" not in str(problem.message) for problem in read_published(one).problems)
