"""Drawings: what is allowed comes through, everything else is told with its line and comes through nowhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curriculum.drawings import CLASSES, read_drawing
from tests.strategies import law

DRAWING = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 340 120">
  <g transform="translate(10 20)">
    <rect x="0" y="0" width="40.5" height="10" rx="2" class="fill-soft stroke-accent" stroke-width="1.5"/>
    <path d="M0 0 L10,10 h-3 z" class="fill-none stroke-ink"/>
    <text x="5" y="8" font-size="13" font-weight="600" text-anchor="middle">A &amp; B <tspan dy="14">next</tspan></text>
  </g>
</svg>
"""


def told(text: str) -> list[str]:
    drawing, problems = read_drawing(text.encode(), "a.svg")
    assert (drawing is None) == bool(problems)
    return [str(problem) for problem in problems]


def test_what_is_allowed_comes_through_without_the_space_between() -> None:
    drawing, problems = read_drawing(DRAWING.encode(), "a.svg")
    assert problems == []
    assert drawing == (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 340 120"><g transform="translate(10 20)">'
        '<rect x="0" y="0" width="40.5" height="10" rx="2" class="fill-soft stroke-accent" stroke-width="1.5"></rect>'
        '<path d="M0 0 L10,10 h-3 z" class="fill-none stroke-ink"></path>'
        '<text x="5" y="8" font-size="13" font-weight="600" text-anchor="middle">A &amp; B '
        '<tspan dy="14">next</tspan></text></g></svg>'
    )


def test_reading_what_came_through_gives_the_same_again() -> None:
    once, _ = read_drawing(DRAWING.encode(), "a.svg")
    assert once is not None
    assert read_drawing(once.encode(), "a.svg") == (once, [])


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("<rect", "<script>alert(1)</script><rect", "a.svg:3:5: error: <script> is not drawn"),
        ("<rect", "<rec/><rect", "a.svg:3:5: error: <rec> is not drawn; did you mean `rect`?"),
        ("<rect", '<rect onclick="x()"', "a.svg:3:5: error: onclick of <rect> is not drawn"),
        ("<rect", '<rect style="fill:red"', "a.svg:3:5: error: style of <rect> is not drawn"),
        ("<rect", '<rect fill="red"', "a.svg:3:5: error: fill of <rect> is not drawn"),
        ("fill-soft", "fill-pink", "a.svg:3:5: error: class of <rect> is `fill-pink stroke-accent`; write some of "),
        ('"13"', '"9"', "a.svg:5:5: error: font-size of <text> is `9`; write a number, at least 12"),
        ("0 0 340 120", "0 0 800 600", "a.svg:1:1: error: viewBox of <svg> is `0 0 800 600`; write `0 0 340 H`"),
        (' viewBox="0 0 340 120"', "", "a.svg:1:1: error: has no viewBox; write `0 0 340 H`"),
        ("translate(10 20)", "url(#x)", "a.svg:2:3: error: transform of <g> is `url(#x)`; write translate(…)"),
        ("</g>", "loose</g>", "a.svg:6:8: error: the words `loose` stand outside <text>"),
        ("</g>", "", "a.svg:7:3: error: is no well-formed SVG: mismatched tag"),
    ],
)
def test_each_fault_has_its_line(before: str, after: str, words: str) -> None:
    faults = told(DRAWING.replace(before, after, 1))
    assert any(fault.startswith(words) for fault in faults), faults


def test_entities_of_the_files_own_are_refused() -> None:
    bomb = '<!DOCTYPE svg [<!ENTITY a "aaaa">]>\n' + DRAWING.replace("A &amp;", "&a;")
    assert "a.svg:1:15: error: has a DOCTYPE; leave it away" in told(bomb)


@pytest.mark.parametrize("encoding", ["no-such", "big5", "base64", "idna", "punycode", "cp037"])
def test_an_encoding_that_cannot_be_read_is_a_fault(encoding: str) -> None:
    head = f'<?xml version="1.0" encoding="{encoding}"?>'
    (fault,) = told(head + DRAWING)
    assert fault.startswith("a.svg:1:")
    assert fault.endswith("error: is no well-formed SVG: unknown encoding")


@pytest.mark.parametrize("size", ["9" * 5000, "00013", "-13", ".5", "1e2"])
def test_a_size_of_letters_that_nobody_means_is_a_fault(size: str) -> None:
    (fault,) = told(DRAWING.replace('"13"', f'"{size}"'))
    assert "write a number, at least 12" in fault


@pytest.mark.parametrize(
    ("before", "after"), [("0 0 340 120", "0 0 340 १२०"), ('"13"', '"१३"'), ("translate(10 20)", "translate(१० 20)")]
)
def test_digits_that_browsers_do_not_draw_by_are_a_fault(before: str, after: str) -> None:
    assert before in DRAWING
    (fault,) = told(DRAWING.replace(before, after))
    assert after.strip('"') in fault


def test_a_drawing_that_is_too_large_is_not_read() -> None:
    assert told("<svg>" + " " * 40_000) == ["a.svg:1:1: error: has 40005 bytes; a drawing has at most 30000"]


@law
@given(st.text(max_size=60), st.sampled_from(["<text>", "<g>", ""]))
def test_no_words_can_leave_their_text(words: str, around: str) -> None:
    head = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 340 120">'
    closing = around.replace("<", "</")
    drawing, problems = read_drawing(f"{head}{around}{words}{closing}</svg>".encode("utf-8", "replace"), "a.svg")
    assert (drawing is None) == bool(problems)
    if drawing is not None:
        assert drawing.count("<") == 2 + 2 * bool(around) + 2 * sum(drawing.count(f"<{name}") for name in ("tspan",))


def test_every_class_is_of_a_fill_or_a_stroke() -> None:
    assert all(name.startswith(("fill-", "stroke-")) for name in CLASSES)
