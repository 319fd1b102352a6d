"""PDFs as hardly any program makes them: turned pages, stamps, huge letters, letters of other planes."""

import pytest

from curriculum.published.files import published_text
from curriculum.published.lines import words_of
from curriculum.published.model import ReadPack
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
