"""PDFs of skills are read as the skill that was printed, and what a page leaves in doubt is told."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from curriculum.framework_files import import_file, import_pdf_text
from curriculum.framework_import import Imported, Origin
from curriculum.frameworks import FrameworkSkill, Wording, get_shipped_skill
from curriculum.published.pdf import pdf_text
from lms.printing import missing_libraries
from tests.curriculum.published.test_pdf import pages, pdf_of
from tests.curriculum.test_framework_import import ORIGIN, SMALL, broken_texts
from tests.growth import MOST, TIMES, growth
from tests.published_skills import printed, skills
from tests.raw_pdf import raw_pdf, shown
from tests.strategies import law

can_print = pytest.mark.skipif(bool(missing_libraries()), reason="nothing can be printed here")
LOOKS = (
    "font: 8pt sans-serif",
    "font: 11pt sans-serif; width: 12cm",
    "font: 15pt serif; width: 11cm; line-height: 1.7",
)


def read(content: bytes) -> Imported:
    return import_file(content, "skill.pdf", ORIGIN, None, pdf_text)


def faults(found: Imported) -> list[str]:
    return [str(problem) for problem in found.problems]


def published(language: str) -> FrameworkSkill:
    """The shipped skill as a publisher would have printed it: a real length, with whole sentences."""
    told = {"wording": Wording.PUBLISHED, "source": "made", "licence": "none"}
    return get_shipped_skill("SSUP", language).model_copy(update=told)


@can_print
@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("language", ["en", "pl"])
def test_a_skill_that_was_printed_is_read_back_the_same(language: str, look: str) -> None:
    skill = published(language)
    found = read(pdf_of(f"<div style='{look}'>{pages(printed(skill))}</div>"))
    assert found.skill == skill, faults(found)


@can_print
@settings(deadline=None, max_examples=8)
@given(skills())
def test_any_skill_that_was_printed_is_read_back_the_same_or_what_is_in_doubt_is_told(skill: FrameworkSkill) -> None:
    text = printed(skill)
    assume(sum(not sign.isspace() for sign in text) > 250)
    found = read(pdf_of(f"<div style='{LOOKS[1]}'>{pages(text)}</div>"))
    assert found.skill == skill or any("for sure" in fault for fault in faults(found)), faults(found)


PAGE = SMALL.replace(
    "Weighs flour.", "Weighs flour and water with somebody beside them, and\nwrites down what was weighed."
)
LONG = PAGE.replace(
    "It is hot.", "It is hot near the ovens, and loud, and whoever works there\nrests often. Bread is made at night."
)


def pages_read(text: str) -> Imported:
    return import_pdf_text(text, "skill.pdf", Origin(source="made", licence="none"))


def test_lines_that_a_page_broke_are_one_paragraph() -> None:
    found = pages_read(LONG)
    assert found.problems == ()
    assert found.skill is not None
    assert found.skill.levels[0].descriptor.endswith("somebody beside them, and writes down what was weighed.")
    assert found.skill.guidance.text == (
        "It is hot near the ovens, and loud, and whoever works there rests often. Bread is made at night.",
    )


def test_what_stands_around_each_page_is_left_out_and_told_once() -> None:
    parts = LONG.split("\n\nBaking: Level 3")
    head, foot = "28/11/2026\tBaking\n\n", "\n\nhttps://skills.example\t{page}/2\n"
    first, second = f"{head}{parts[0]}{foot}", f"{head}Baking: Level 3{parts[1]}{foot}"
    found = pages_read(f"{first.format(page=1)}\f{second.format(page=2)}")
    assert found.skill == pages_read(LONG).skill
    assert faults(found) == [
        "skill.pdf:1:1: warning: `28/11/2026 Baking` stands around the text of a page; it was left out",
        "skill.pdf:1:1: warning: `https://skills.example 1/2` stands around the text of a page; it was left out",
    ]


def test_a_paragraph_that_a_page_may_have_parted_is_told() -> None:
    full = LONG.replace("and whoever works there\nrests often. ", "and who works there rests.\n\f")
    assert faults(pages_read(full)) == [
        "skill.pdf:6:1: warning: `Bread is made at night.` is read as a paragraph of its own, which its place "
        "in the PDF does not tell for sure; compare them"
    ]
    assert pages_read(LONG.replace("water with", "water\n\fwith")).skill == pages_read(LONG).skill


def test_where_paragraphs_follow_without_room_a_full_line_that_ends_a_sentence_is_told() -> None:
    tight = LONG.replace(
        "rests often. Bread is made at night.", "rests.\nBread is made at night.\nIt has to be done by six."
    )
    assert "for sure" not in " ".join(faults(pages_read(tight)))
    full = tight.replace("and water with somebody beside them, and", "and water, with somebody else beside them.")
    told = faults(pages_read(full.replace("writes down", "Writes down")))
    assert any("`Writes down what was weighed.` is read as going on with the line above" in fault for fault in told)


def test_a_word_that_a_hyphen_parts_at_the_end_of_a_line_keeps_it_and_that_is_told() -> None:
    found = pages_read(LONG.replace("somebody beside", "some-\nbody beside"))
    assert found.skill is not None
    assert "`some-body` is parted at the end of a line" in " ".join(faults(found))


@pytest.mark.parametrize("sign", ["-", "–", "1.", "o"])
def test_points_below_a_line_that_ends_no_sentence_are_points_or_what_is_in_doubt_is_told(sign: str) -> None:
    short = LONG.replace("Such as:\n\n  • kneading\n  • waiting", f"For instance\n{sign} Kneading\n{sign} Waiting")
    found = pages_read(short)
    assert found.skill is not None
    assert (found.skill.guidance.activities, faults(found)) == (("Kneading", "Waiting"), [])
    full = short.replace("For instance", "Whoever works in a bakery by day or by night can be asked for")
    assert f"`{sign} Kneading` is read as going on with the line above" in " ".join(faults(pages_read(full)))


def test_a_heading_that_goes_on_below_the_head_of_the_next_page_is_one() -> None:
    parted = LONG.replace("levels of this skill", "levels of\n\fBaking today\n\nthis skill")
    found = pages_read(f"Baking today\n\n{parted}")
    assert found.skill == pages_read(LONG).skill


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("Bread is made", "Bread\tis made", "stands in columns beside each other"),
        ("Bakes a loaf.", "Bakes. Level 4 – Lead: Essence of the level: Leads.", "holds the beginning of a level amid"),
        ("Bakes a loaf.", "Bakes a loaf. Baking: Level 4 Leads.", "holds the beginning of a level amid"),
    ],
)
def test_lines_whose_order_cannot_be_known_are_refused(old: str, new: str, fault: str) -> None:
    found = pages_read(LONG.replace(old, new))
    assert found.skill is None
    assert fault in " ".join(faults(found))


@law
@given(st.one_of(st.text(max_size=300), broken_texts()), st.sampled_from([None, "en", "pl"]), st.integers(0, 200))
def test_the_text_of_any_pdf_is_a_skill_or_says_what_it_lacks(text: str, language: str | None, page: int) -> None:
    found = import_pdf_text(f"{text[:page]}\n\f{text[page:]}", "skill.pdf", ORIGIN, language)
    assert found.skill is not None or any(problem.severity == "error" for problem in found.problems)


@pytest.mark.parametrize("worst", ["Level 1 – ", "x\n", "A b.\n", ": level 1 ", "a-\n", "x\ty\n", "• a\n", "x\n\f"])
@pytest.mark.parametrize("heading", ["Guidance notes", "Related skills"])
def test_the_time_grows_with_the_length_alone(worst: str, heading: str) -> None:
    small, large = (
        SMALL.replace("Guidance notes", f"{heading}\n{worst * (size // len(worst))}") for size in (3_000, 3_000 * TIMES)
    )
    assert growth(pages_read, small, large) < MOST


def test_the_time_grows_with_the_length_alone_where_many_names_are_repeated() -> None:
    def text(size: int) -> str:
        named = (f"Na{number} CODE\n\nNa{number}: Level 1\n\n" for number in range(size // 25))
        others = "Q: Level 1 ab.\n\n" * (size // 12)
        return SMALL.replace("Guidance notes", "".join([*named, others, "Guidance notes"]))

    assert growth(pages_read, text(15_000), text(15_000 * TIMES)) < MOST


def test_a_pdf_that_holds_no_skill_is_refused_in_words() -> None:
    assert "has none of the headings of a published skill" in " ".join(
        faults(read(raw_pdf([shown(["Dear all,"] * 40)])))
    )
    assert "is a PDF that is damaged or cut off" in " ".join(faults(read(b"%PDF-1.7 and then nothing")))
