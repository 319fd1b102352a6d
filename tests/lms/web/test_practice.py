"""The pages of practice: one question at a time, no key before the answer, feedback for one's own answers alone."""

import re
from urllib.parse import urlsplit

from lms.extensions import db
from lms.records.content import lesson_of
from lms.tables.content import LessonVersionRow
from lms.tables.training import PracticeAnswerRow
from question_bank.model import ItemUse
from tests.lms.web import learning_pages
from tests.lms.web.learning_pages import PRACTICE, UNIT, answer, bank, count, form_of, once, shown

lesson = learning_pages.lesson


def test_no_choice_keeps_the_item_and_says_what_to_do(signed_in) -> None:
    browser = signed_in("trainee")
    before = browser.get(PRACTICE).text
    reply = browser.post(PRACTICE, data=form_of(before))
    assert reply.status_code == 422
    assert "Choose one answer" in reply.text
    assert form_of(reply.text) == form_of(before)
    assert count(PracticeAnswerRow) == 0


def test_a_choice_that_was_not_offered_is_refused_in_words(signed_in) -> None:
    reply = answer(signed_in("trainee"), "Z")
    assert reply.status_code == 422
    assert "Choose one of the answers shown" in reply.text


def test_an_exam_item_sent_in_by_hand_is_not_found(signed_in) -> None:
    exam = next(number for number, face, _ in bank(ItemUse.EXAM) if face.unit == "ASC/N0003")
    assert answer(signed_in("trainee"), item=str(exam)).status_code == 404


def test_the_same_answer_sent_twice_leads_to_the_same_feedback(signed_in) -> None:
    browser = signed_in("trainee")
    fields = form_of(browser.get(PRACTICE).text) | {"choice": "A"}
    first, second = (browser.post(PRACTICE, data=fields) for _ in range(2))
    assert first.status_code == second.status_code == 302
    assert first.headers["Location"] == second.headers["Location"]
    assert count(PracticeAnswerRow) == 1


def test_feedback_is_for_ones_own_answers(signed_in) -> None:
    feedback = urlsplit(answer(signed_in("trainee")).headers["Location"]).path
    assert signed_in("trainee").get(feedback).status_code == 200
    assert signed_in("trainee-b").get(feedback).status_code == 404
    assert signed_in("trainer").get(feedback).status_code == 403


def test_a_question_stays_as_it_is_when_the_page_is_loaded_again(signed_in) -> None:
    browser = signed_in("trainee")
    orders = {tuple(re.findall(r'name="choice" value="(\w)"', browser.get(PRACTICE).text)) for _ in range(3)}
    assert len(orders) == 1


def test_no_key_before_the_answer_and_no_exam_item_ever(signed_in) -> None:
    browser = signed_in("trainee")
    keys = {number: key for number, face, key in bank(ItemUse.PRACTICE) if face.unit == "ASC/N0003"}
    secrets = [text for key in keys.values() for text in (key.rationale, *key.feedback.values())]
    stems = [shown(face.stem) for _, face, _ in bank(ItemUse.EXAM)]
    for _ in keys:
        before = shown(browser.get(PRACTICE).text)
        asked = keys[int(form_of(before)["item"])]
        assert not [secret for secret in secrets if shown(secret) in before]
        after = shown(browser.get(answer(browser, asked.right).headers["Location"]).text)
        assert shown(asked.rationale) in after
        assert not [stem for stem in stems if stem in before or stem in after]
    done = browser.get(PRACTICE)
    assert done.headers["Location"].endswith(f"{PRACTICE}/summary")
    assert f"{len(keys)} of {len(keys)} right" in browser.get(done.headers["Location"]).text


def test_a_wrong_answer_is_said_in_words_with_its_reason(signed_in) -> None:
    browser = signed_in("trainee")
    item = int(form_of(browser.get(PRACTICE).text)["item"])
    key = next(key for number, _, key in bank(ItemUse.PRACTICE) if number == item)
    wrong = next(option for option in key.feedback if option != key.right)
    page = shown(browser.get(answer(browser, wrong).headers["Location"]).text)
    for words in ("Your answer, wrong", "The right answer", key.feedback[wrong], key.rationale, f'href="{PRACTICE}"'):
        assert shown(words) in page


def section_with_practice(lesson: int) -> int:
    header = once(lambda: lesson_of(db.session.get_one(LessonVersionRow, lesson)).header)
    return next(number for number, section in enumerate(header.sections, start=1) if section.criteria)


def test_after_a_section_its_practice_is_offered_and_leads_back_to_the_next(signed_in, lesson: int) -> None:
    browser, number = signed_in("trainee"), section_with_practice(lesson)
    scope = f"section.{lesson}.{number}"
    assert f'href="/practice/{scope}"' in browser.get(f"/learn/{lesson}").text
    keys = {number: key for number, _, key in bank(ItemUse.PRACTICE)}
    address, page = f"/practice/{scope}", browser.get(f"/practice/{scope}")
    while page.status_code == 200:
        fields = form_of(page.text)
        feedback = browser.post(address, data=fields | {"choice": keys[int(fields["item"])].right}).headers["Location"]
        last, page = browser.get(feedback).text, browser.get(address)
    assert "That was the last one" in last
    done = browser.get(page.headers["Location"]).text
    assert "This round is done" in done
    assert f'href="/learn/{lesson}#section-{number + 1}"' in done


def test_what_an_item_is_about_is_said_only_after_the_answer(signed_in) -> None:
    browser = signed_in("trainee")
    before = browser.get(PRACTICE).text
    item = int(form_of(before)["item"])
    face = next(face for number, face, _ in bank(ItemUse.PRACTICE) if number == item)
    about = f"/learn/criteria/{UNIT}/{face.criteria[0]}"
    assert about not in before
    assert about in browser.get(answer(browser).headers["Location"]).text
