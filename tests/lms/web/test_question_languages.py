"""Questions in the reader's language: practice with a switch; exam and booklet with all languages side by side."""

import json
import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from sqlalchemy import select

from lms.extensions import db
from lms.records.content import face_of, lesson_of
from lms.records.delivery import shown_items
from lms.services import booklets
from lms.tables.assessing import PaperRow
from lms.tables.content import ItemVersionRow, LessonVersionRow
from lms.web import printed_papers
from lms.web.item_languages import languages_in_words
from question_bank.model import ItemUse
from tests import world
from tests.builders import an_item
from tests.exams import a_drawn_assessment, candidate_of

NOW = world.DAY + timedelta(minutes=5)
PRACTICE = "/practice/asc-n0001"


@pytest.fixture(autouse=True)
def on_the_day():
    """The exam's own morning."""
    with time_machine.travel(NOW, tick=False):
        yield


def first_practised(browser):
    """The face of the question that is asked first; its translation is shipped."""
    number = re.search(r'name="item"[^>]*value="(\d+)"', browser.get(PRACTICE).text)
    return face_of(db.session.get_one(ItemVersionRow, int(number[1])))


def test_a_practice_question_is_asked_in_the_chosen_language_and_remembers_it(app, signed_in) -> None:
    browser = signed_in("trainee")
    face = first_practised(browser)
    assert face.languages == ("en", "hi")
    english = unescape(browser.get(PRACTICE).text)
    assert face.stem in english
    assert "language=hi" in english
    hindi = unescape(browser.get(f"{PRACTICE}?language=hi").text)
    for text in (face.in_language("hi").stem, *(option.text for option in face.in_language("hi").options)):
        assert text in hindi
    assert face.stem not in hindi
    assert face.in_language("hi").stem in unescape(browser.get(PRACTICE).text)


def test_the_answer_is_explained_in_the_language_it_was_asked_in(app, signed_in) -> None:
    browser = signed_in("trainee")
    face = first_practised(browser)
    page = browser.get(f"{PRACTICE}?language=hi").text
    fields = dict(re.findall(r'name="(item|try_number)"[^>]*value="(\d+)"', page))
    answer = browser.post(PRACTICE, data={**fields, "choice": "A"}).headers["Location"]
    told = unescape(browser.get(answer).text)
    assert face.in_language("hi").stem in told
    assert re.search(r'<p lang="hi">[^<]*[\u0900-\u097f]', told)
    assert face.stem in unescape(browser.get(f"{answer}&language=en").text)


def test_practice_and_what_to_read_again_name_a_section_in_the_language_of_the_reader(app, signed_in) -> None:
    browser = signed_in("trainee")
    lesson = db.session.scalars(select(LessonVersionRow).filter_by(unit_code="ASC/N0001", number=1)).first()
    english = lesson_of(lesson).header.sections
    number = next(number for number, section in enumerate(english, start=1) if section.criteria)
    assert english[number - 1].title in unescape(browser.get(f"/practice/section.{lesson.id}.{number}").text)
    hindi = unescape(browser.get(f"/practice/section.{lesson.id}.{number}?language=hi").text)
    assert english[number - 1].title not in hindi
    fields = dict(re.findall(r'name="(item|try_number)"[^>]*value="(\d+)"', hindi))
    told = unescape(browser.get(browser.post(PRACTICE, data={**fields, "choice": "A"}).headers["Location"]).text)
    assert not [section.title for section in english if section.title in told]


def test_a_question_in_one_language_has_no_switch(app, signed_in) -> None:
    page = signed_in("trainee").get("/practice/asc-n0002?language=hi").text
    assert 'class="choice-row lesson-languages' not in page
    assert '<legend class="stem" lang="en">' in page


def test_exam_and_booklet_show_every_language_under_the_same_letters(app, signed_in, actor) -> None:
    assessment = a_drawn_assessment()
    candidate = candidate_of(assessment, "trainee")
    row = db.session.query(PaperRow).filter_by(candidate_id=candidate.id).one()
    both = [item for item in shown_items(row.face) if item.stems]
    assert both
    browser = signed_in("trainee")
    room = f"/exam/candidates/{candidate.id}"
    assert "some also in Hindi" in browser.get(room).text
    page = unescape(browser.get(browser.post(f"{room}/start").headers["Location"]).text)
    _, printed = booklets.print_booklets(actor("agency"), assessment.id, now=NOW)
    booklet = next(one for one in printed if one.candidate.number == candidate.number)
    paper = unescape(printed_papers.booklet_page(assessment, booklet))
    for item in both:
        for text in (*item.stems.values(), *(text for option in item.options for text in option.texts.values())):
            assert text in page
            assert text in paper


def test_exam_and_booklet_begin_with_the_language_of_the_candidate(app, signed_in, actor) -> None:
    assessment = a_drawn_assessment()
    candidate = candidate_of(assessment, "trainee")
    candidate.trainee.person.language = "hi"
    db.session.commit()
    browser = signed_in("trainee")
    page = browser.get(browser.post(f"/exam/candidates/{candidate.id}/start").headers["Location"]).text
    versions = re.findall(r'<span class="versions">(.*?)</span></span>', page, re.DOTALL)
    assert versions
    assert {re.findall(r'data-version="(\w+)"', one)[0] for one in versions} == {"hi"}
    _, printed = booklets.print_booklets(actor("agency"), assessment.id, now=NOW)
    booklet = next(one for one in printed if one.candidate.number == candidate.number)
    paper = printed_papers.booklet_page(assessment, booklet, language=printed_papers.language_of(booklet))
    assert set(re.findall(r'<h2[^>]*><span class="version" lang="(\w+)"', paper)) == {"hi"}


def test_a_paper_drawn_before_there_were_translations_is_read_as_it_was() -> None:
    line = {"number": 1, "item": "x-1", "unit": "U", "stem": "Why?", "options": [{"id": "B", "text": "So"}]}
    (item,) = shown_items(json.dumps([line]))
    assert (item.stems, item.options[0].texts, item.languages) == ({}, {}, ("en",))
    assert item.in_language("hi").stem == "Why?"


def test_the_languages_of_a_paper_are_told_in_words(app) -> None:
    face = next(
        face
        for face in map(face_of, db.session.query(ItemVersionRow).filter_by(use=ItemUse.EXAM))
        if face.languages == ("en", "hi")
    )
    with app.test_request_context():
        assert languages_in_words([an_item()]) == "English"
        assert languages_in_words([face]) == "English, Hindi"
        assert languages_in_words([face, an_item()]) == "English; some also in Hindi"
