"""The pages of a mock exam: the one exam page, then everything explained; and the word that it does not count."""

import re
from datetime import timedelta

import pytest
import time_machine

from curriculum.lessons import Lesson, parse_lesson
from lms.extensions import db
from lms.records.content import stored
from lms.services import accounts, mock_results, mocks
from lms.tables.attempts import AttemptRow
from lms.tables.content import LessonVersionRow
from lms.tables.mocks import MockAnswerEventRow, MockExamRow
from lms.tables.people import PersonRow
from tests import exams, world
from tests.lms.lesson_files import A_DRAWING, a_lesson
from tests.mocks import a_batch, taken
from tests.small_pack import CORE

NOW = world.DAY + timedelta(minutes=5)
MARK = "Mock exam: does not count"
KEY_WORDS = ("It is so.", "Not this one.")


@pytest.fixture(autouse=True)
def on_a_day():
    """A day of training."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def pack_id(app) -> int:
    """The small pack, with enough practice items, and a batch of two."""
    return a_batch("trainee", "trainee-b").pack_version_id


@pytest.fixture
def browser(pack_id, signed_in):
    """A trainee's browser with a mock exam started; `.mock` is its address."""
    page = signed_in("trainee")
    page.mock = page.post(f"/mock/{pack_id}/start").headers["Location"]
    return page


def _publish_lesson(number: int, criterion: str) -> None:
    """A lesson of the first unit whose first section is about a criterion."""
    text = a_lesson("en", f"Lesson {number}", slug=f"lesson-{number}").replace("ASC/N0003", CORE)
    text = text.replace("part: situation\n", f"part: situation\n    criteria: [{criterion}]\n", 1)
    lesson, _, problems = parse_lesson(text, "lesson.md", lambda _address: A_DRAWING)
    assert isinstance(lesson, Lesson), problems
    names = {"unit_code": CORE, "slug": f"lesson-{number}", "language": "en", "number": 1, "position": number}
    row = LessonVersionRow(**names, title=f"Lesson {number}", published_at=world.DAY, **stored(lesson))
    db.session.add(row)
    db.session.commit()


def test_who_is_signed_out_in_the_middle_of_a_mock_exam_is_told_where_the_answers_are(browser) -> None:
    person = db.session.query(PersonRow).filter_by(login="trainee").one()
    accounts.end_sessions(person.id, now=NOW)
    db.session.commit()
    words = "Every answer that was saved is on the server"
    for page, is_told in ((browser.mock, True), (f"{browser.mock}/submit", True), (f"{browser.mock}/result", False)):
        assert (words in browser.get(browser.get(page).headers["Location"]).text) is is_told, page


def test_the_pack_leads_to_the_start_page_and_home_pushes_nobody(pack_id, signed_in) -> None:
    page = signed_in("trainee")
    address = f"/mock/{pack_id}"
    assert address not in page.get("/").text
    assert address in page.get(f"/learn?pack={pack_id}").text
    assert address not in signed_in("trainer").get(f"/learn?pack={pack_id}").text


def test_the_start_page_says_what_it_will_be_and_that_it_does_not_count(pack_id, signed_in) -> None:
    text = signed_in("trainee").get(f"/mock/{pack_id}").text
    for words in (MARK, "60 minutes", "English", "To pass: at least 70 % of all marks.", "Start the mock exam"):
        assert words in text
    assert "Your mock exams" not in text


def test_without_enough_practice_items_the_start_page_names_the_criteria(app, signed_in) -> None:
    pack_id = a_batch("trainee", spare=None).pack_version_id
    page = signed_in("trainee")
    text = page.get(f"/mock/{pack_id}").text
    assert "PC1 needs 1, there are 0" in text
    assert "Start the mock exam" not in text
    refused = page.post(f"/mock/{pack_id}/start")
    assert refused.status_code == 409
    assert "ASC/N9101: PC1, PC2" in refused.text


def test_without_a_choice_of_units_the_start_page_says_whom_to_ask(app, signed_in) -> None:
    pack_id = a_batch("trainee", chosen=()).pack_version_id
    text = signed_in("trainee").get(f"/mock/{pack_id}").text
    assert "Ask your training centre" in text
    assert "Start the mock exam" not in text


def test_it_is_sat_on_the_page_of_the_real_exam_with_the_mark_at_the_top_and_no_number_across(browser) -> None:
    text = browser.get(browser.mock).text
    assert MARK in text
    assert 'class="watermark"' not in text
    assert 'data-attempt="mock-1"' in text
    assert "start.js" in text


def test_an_answer_gets_a_receipt_and_a_form_goes_back_to_its_question(browser) -> None:
    reply = browser.post(f"{browser.mock}/answers", json={"device": "tablet", "seq": 1, "number": 1, "place": 2})
    assert (reply.status_code, reply.json["seq"], len(reply.json["receipt"])) == (200, 1, 64)
    form = browser.post(f"{browser.mock}/answers", data={"number": "3", "place": "4"})
    assert form.headers["Location"] == f"{browser.mock}#q3"
    assert db.session.query(MockAnswerEventRow).count() == 2
    refused = browser.post(f"{browser.mock}/answers", json={"number": 0})
    assert (refused.status_code, bool(refused.json["words"])) == (422, True)


def test_handing_in_leads_to_the_result_and_the_paper_is_over(browser) -> None:
    for _ in range(2):
        assert browser.post(f"{browser.mock}/submit").headers["Location"] == f"{browser.mock}/result"
    assert browser.get(browser.mock).headers["Location"] == f"{browser.mock}/result"
    with time_machine.travel(NOW + timedelta(milliseconds=1), tick=False):
        late = browser.post(f"{browser.mock}/answers", json={"device": "t", "seq": 1, "number": 1, "place": 1})
    assert (late.status_code, late.json["error"]) == (409, "closed")


def test_no_key_is_in_any_byte_before_the_end(browser) -> None:
    pages = [browser.get("/").text, browser.get("/mock/1").text, browser.get(browser.mock).text]
    pages.append(browser.get(f"{browser.mock}/result").text)
    assert browser.get(f"{browser.mock}/result").status_code == 409
    assert not [words for words in KEY_WORDS for text in pages if words in text]


def test_the_result_explains_every_item_and_says_what_is_still_needed(pack_id, signed_in, actor) -> None:
    row = taken(actor("trainee"), pack_id, right=3, now=NOW)
    text = signed_in("trainee").get(f"/mock/exams/{row.id}/result").text
    assert MARK in text
    assert "3 of 4 right" in text
    assert text.count("It is so.") == 4
    assert len(re.findall(r"Your answer, right", text)) == 3
    assert "All marks together: 70 % is needed." in text
    assert "(practical) must bring at least" in text


def test_every_question_is_folded_those_not_right_before_those_that_are(pack_id, signed_in, actor) -> None:
    row = taken(actor("trainee"), pack_id, right=3, now=NOW)
    text = signed_in("trainee").get(f"/mock/exams/{row.id}/result").text
    items = re.findall(r'<details class="mock-item[^>]*>', text)
    assert (len(items), [item for item in items if " open" in item]) == (4, [])
    assert text.index('id="item-4"') < text.index("3 questions that you got right") < text.index('id="item-1"')


def test_what_to_study_stands_before_the_questions_what_brings_most_first(pack_id, signed_in, actor) -> None:
    _publish_lesson(1, "PC1")
    _publish_lesson(2, "PC2")
    row = taken(actor("trainee"), pack_id, right=1, now=NOW)
    page = signed_in("trainee")
    text = page.get(f"/mock/exams/{row.id}/result").text
    result = mock_results.get_result(actor("trainee"), row.id, NOW)
    missed = [item for item in result.items if not item.is_right]
    assert sorted(number for one in result.to_study for number in one.numbers) == [
        item.shown.number for item in missed if item.read_again
    ]
    assert [one.worth for one in result.to_study] == sorted((one.worth for one in result.to_study), reverse=True)
    assert result.to_study
    study = text[text.index("What to study first") : text.index("Marks by unit")]
    for one in result.to_study:
        assert f"/learn/{one.section.lesson_id}#section-{one.section.section}" in study
        assert all(f'href="#item-{number}"' in study for number in one.numbers)


def test_all_right_there_is_nothing_to_study_first(pack_id, signed_in, actor) -> None:
    _publish_lesson(1, "PC1")
    row = taken(actor("trainee"), pack_id, right=4, now=NOW)
    assert "What to study first" not in signed_in("trainee").get(f"/mock/exams/{row.id}/result").text


def test_the_time_being_over_is_told_and_what_was_saved_counts(browser) -> None:
    browser.post(f"{browser.mock}/answers", json={"device": "t", "seq": 1, "number": 1, "place": 1})
    with time_machine.travel(NOW + timedelta(minutes=65), tick=False):
        page = browser.application.test_client()
        page.post("/sign-in", data={"login": "trainee", "password": world.PASSWORD})
        text = page.get(f"{browser.mock}/result").text
        assert "The time was over on" in text
        assert text.count("Not answered") == 3


def test_earlier_mocks_stand_on_the_start_page_with_their_scores(pack_id, signed_in, actor) -> None:
    for day, right in enumerate((1, 4)):
        taken(actor("trainee"), pack_id, right=right, now=NOW - timedelta(days=3 - day))
    text = signed_in("trainee").get(f"/mock/{pack_id}").text
    assert text.index("Mock 2") < text.index("Mock 1")
    assert "100 %" in text
    assert "25 %" in text


def test_another_persons_mock_is_not_there(browser, signed_in) -> None:
    for login in ("trainee-b", "trainee2"):
        stranger = signed_in(login)
        assert stranger.get(browser.mock).status_code == 404
        assert stranger.get(f"{browser.mock}/result").status_code == 404
        assert stranger.post(f"{browser.mock}/answers", json={"number": 1, "place": 1}).status_code == 404
        assert stranger.post(f"{browser.mock}/submit").status_code == 404
    assert db.session.query(MockExamRow).one().submitted_at is None


def test_a_mock_is_not_entered_by_the_real_exams_addresses_nor_the_other_way_round(pack_id, signed_in, actor) -> None:
    candidate = exams.candidate_of(exams.a_drawn_assessment(), "trainee")
    page = signed_in("trainee")
    real = page.post(f"/exam/candidates/{candidate.id}/start").headers["Location"]
    attempt = db.session.query(AttemptRow).one()
    # Ids are made to differ, so that an address of one kind cannot by chance be one of the other.
    row = mocks.start(actor("trainee"), pack_id, now=NOW)
    mocks.submit(actor("trainee"), row.id, now=NOW)
    row = mocks.start(actor("trainee"), pack_id, now=NOW)
    assert row.id != attempt.id
    assert page.get(f"/exam/attempts/{row.id}").status_code == 404
    assert page.post(f"/exam/attempts/{row.id}/answers", json={"number": 1, "place": 1}).status_code == 404
    assert page.post(f"/exam/attempts/{row.id}/submit").status_code == 404
    page.post(f"/mock/exams/{attempt.id}/submit")
    db.session.expire_all()
    assert db.session.get_one(AttemptRow, attempt.id).submitted_at is None
    assert db.session.get_one(MockExamRow, row.id).submitted_at is None
    assert page.get(real).status_code == 200
