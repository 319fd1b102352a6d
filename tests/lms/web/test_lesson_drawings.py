"""Drawings and lists to tick in the text of a lesson: on the page, and on paper."""

import re
from html import unescape
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from curriculum.drawings import FILLS, STROKES, read_drawing
from curriculum.lessons import Lesson, parse_lesson
from curriculum.loading import get_shipped_pack
from lms.printing import missing_libraries, print_pdf
from lms.web.learning.handbook import FOLDER, handbook_html
from lms.web.learning.paper_drawings import COLOURS, MILLIMETRES, on_paper
from lms.web.markdown import render
from tests.lms.lesson_files import A_DRAWING, a_lesson

ADDRESS = "drawings/lamp.svg"
DRAWING = read_drawing(A_DRAWING, "lamp.svg")[0]
SHOWN = f'![A lamp & its "switch"]({ADDRESS})'
LETTERS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), min_size=1, max_size=12)


def a_drawing(inside: str) -> str:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 340 100">{inside}</svg>'
    drawing, problems = read_drawing(svg.encode(), "a.svg")
    assert drawing is not None, problems
    return drawing


def test_a_drawing_stands_in_the_page_with_its_words_as_its_name() -> None:
    html = render(f"Look:\n\n{SHOWN}\n\nThen go on.", {ADDRESS: DRAWING})
    assert '<figure class="drawing"><svg role="img" aria-label="A lamp &amp; its &quot;switch&quot;"' in html
    assert "<p><figure" not in html
    assert html.count("A lamp") == 1, "nobody is read the same twice"
    assert "<img" not in html


@pytest.mark.parametrize("text", [SHOWN, "![A lamp](https://example.org/lamp.svg)", "![A lamp](drawings/other.svg)"])
def test_any_other_image_is_only_its_words(text: str) -> None:
    html = render(text, {"drawings/another.svg": DRAWING})
    assert "A lamp" in html
    assert not re.search(r"<(img|figure|svg)\b", html)


def test_an_author_cannot_write_the_place_of_a_drawing_by_hand() -> None:
    html = render(f'{SHOWN}\n\n<figure data-drawing="0"></figure>', {ADDRESS: DRAWING})
    assert html.count("<svg") == 1


def test_the_lines_of_a_list_to_tick_have_a_box_each_with_its_words_as_label() -> None:
    html = render("Before you dial:\n\n- Record *read*\n- Consent asked\n", boxes=True)
    assert html.count('<li class="tick"><label><input type="checkbox"><span>') == 2
    assert "<span>Record <em>read</em></span></label></li>" in html
    assert "checkbox" not in render("- Record read\n")


@given(st.sampled_from(FILLS), st.sampled_from(STROKES))
def test_on_paper_each_class_is_a_colour(fill: str, stroke: str) -> None:
    printed = on_paper(a_drawing(f'<rect x="1" y="2" width="3" height="4" class="fill-{fill} stroke-{stroke}"/>'))
    assert f'fill="{COLOURS[fill]}" stroke="{COLOURS[stroke]}"' in printed
    assert "class=" not in printed


@given(st.lists(LETTERS, min_size=1, max_size=4))
def test_on_paper_no_word_of_a_drawing_is_lost(words: list[str]) -> None:
    escaped = [word.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for word in words]
    texts = "".join(f'<text x="10" y="{20 * n}">{word}</text>' for n, word in enumerate(escaped, start=1))
    spans = re.findall(
        r'<span class="drawn"[^>]*><span[^>]*>(.*?)</span></span>', on_paper(a_drawing(texts)), re.DOTALL
    )
    assert [unescape(span) for span in spans] == words


def test_on_paper_words_stand_where_the_drawing_has_them() -> None:
    inside = (
        '<g transform="translate(100 10)" class="fill-accent"><text x="70" y="40" text-anchor="middle">Here</text></g>'
    )
    printed = on_paper(a_drawing(inside))
    left, top = (float(re.search(rf"{name}:(-?[\d.]+)mm", printed)[1]) for name in ("left", "top"))
    unit = MILLIMETRES / 340
    assert left == pytest.approx(0, abs=0.01), "as wide as the drawing, with its middle at 170 of 340"
    assert top == pytest.approx((50 - 0.888 * 16) * unit, abs=0.01)
    assert f"color:{COLOURS['accent']}" in printed


@pytest.mark.skipif(bool(missing_libraries()), reason="Pango is not installed")
def test_a_printed_handbook_has_a_cover_contents_with_pages_and_counted_pages() -> None:
    pack = get_shipped_pack("ASC/Q1106")
    lessons = []
    for language, title in (("hi", "मेज़ का लैंप"), ("en", "The lamp")):
        lesson = parse_lesson(a_lesson(language, title), "lesson.md", lambda _address: A_DRAWING)[0]
        assert isinstance(lesson, Lesson)
        lessons.append(lesson)
    pdf = PdfReader(BytesIO(print_pdf(handbook_html(pack, pack.units[2], lessons, "en"), FOLDER)))
    pages = [" ".join(page.extract_text().split()) for page in pdf.pages]
    assert pack.units[2].code in pages[0]
    assert "Page" not in pages[0]
    first = next(number for number, text in enumerate(pages, start=1) if number > 2 and "The lamp" in text)
    assert re.search(rf"The lamp[ .]*{first}\b", pages[1])
    assert f"Page 2 of {len(pages)}" in pages[1]
    fonts = {
        font["/BaseFont"]
        for page in pdf.pages
        for font in (one.get_object() for one in page["/Resources"]["/Font"].values())
    }
    assert any("Devanagari" in font for font in fonts)
