"""The pages of lessons and practice: who may open them, what they hold, and what they must never hold."""

import html
import json
import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from lms.extensions import db
from lms.records.content import lesson_of
from lms.services import jobs
from lms.tables.content import LessonVersionRow
from lms.tables.jobs import JobRow
from lms.tables.training import SectionReadRow
from lms.web.markdown import render
from question_bank.model import ItemUse
from tests import world
from tests.lms.released import RELEASED, an_assessment, candidate_of
from tests.lms.web import learning_pages
from tests.lms.web.learning_pages import PRACTICE, UNIT, answer, bank, count, form_of, once, shown

MOST_BYTES = 100_000
lesson = learning_pages.lesson


def test_learning_begins_at_the_first_section_and_goes_on_after_it(signed_in) -> None:
    browser = signed_in("trainee")
    begin = re.search(r'href="(/learn/\d+)#section-1">Begin<', browser.get("/learn").text)
    reply = browser.post(f"{begin[1]}/sections/1/read")
    assert reply.headers["Location"].endswith(f"{begin[1]}#section-2")
    assert f'href="{begin[1]}#section-2">Go on<' in browser.get("/learn").text


def test_marking_twice_is_marking_once(signed_in, lesson: int) -> None:
    browser = signed_in("trainee")
    assert [browser.post(f"/learn/{lesson}/sections/1/read").status_code for _ in range(2)] == [302, 302]
    assert count(SectionReadRow) == 1


def test_the_pages_script_is_told_what_comes_next(signed_in, lesson: int) -> None:
    browser = signed_in("trainee")
    reply = browser.post(f"/learn/{lesson}/sections/1/read", headers={"Accept": "application/json"})
    assert reply.json == {"read": 1, "following": 2}
    refused = browser.post(f"/learn/{lesson}/sections/99/read", headers={"Accept": "application/json"})
    assert refused.status_code == 404
    assert refused.json["words"]


def test_a_language_chosen_for_lessons_stays_until_one_signs_out(signed_in, lesson: int) -> None:
    browser = signed_in("trainee")
    note = "This lesson is not in Polski yet. You read it in English."
    assert note not in browser.get(f"/learn/{lesson}").text
    page = browser.get(f"/learn/{lesson}?language=pl").text
    assert note in page
    assert '<article class="reading" lang="en"' in page
    assert note in browser.get(f"/learn/{lesson}").text
    assert browser.get(f"/learn/{lesson}?language=xx").status_code == 200
    browser.post("/sign-out")
    assert note not in signed_in("trainee").get(f"/learn/{lesson}").text


def test_who_reads_pages_in_hindi_reads_lessons_in_hindi_too(signed_in, lesson: int) -> None:
    browser = signed_in("trainee")
    browser.post("/account/preferences", data={"language": "hi"})
    assert 'data-language="hi"' in browser.get(f"/learn/{lesson}").text


def test_who_learns_in_another_language_is_told_first_what_is_not_in_it(signed_in, lesson: int) -> None:
    browser = signed_in("trainee")
    assert "Not all of this pack is in your language" not in browser.get("/learn").text
    browser.post("/account/preferences", data={"language": "pl"})
    page = browser.get("/learn").text
    assert "Nie wszystko w tym pakiecie jest w Twoim języku" in page
    assert "Lekcje: angielski" in page
    assert page.index("Nie wszystko") < page.index("lesson-link" if "lesson-link" in page else 'class="units"')


def test_the_pages_to_keep_are_the_packs_own_the_list_home_and_each_lesson(signed_in, lesson: int) -> None:
    browser = signed_in("trainee")
    page = browser.get("/learn").text
    pages = json.loads(html.unescape(re.search(r'data-pages="([^"]*)"', page)[1]))
    assert [page["url"] for page in pages[1:3]] == ["/learn/kept", "/"]
    assert len(pages) == 3 + once(
        lambda: (
            db.session.query(LessonVersionRow)
            .filter_by(language="en")
            .filter(LessonVersionRow.unit_code.startswith("ASC/"))
            .count()
        )
    )
    person = re.search(r'data-person="(\d+)"', page)[0]
    release = re.search(r'data-release="\w+"', page)[0]
    for kept in pages:
        answer = browser.get(kept["url"])
        assert answer.status_code == 200
        assert person in answer.text
        assert release in answer.text
        assert "data-kept-line hidden" in answer.text
    files = json.loads(html.unescape(re.search(r'data-files="([^"]*)"', page)[1]))
    loaded = set(re.findall(r'(?:href|src)="(/static/[^"#]+)"', browser.get(pages[-1]["url"]).text))
    assert loaded <= set(files)
    before = next(kept for kept in pages if kept["url"].startswith(f"/learn/{lesson}?"))
    browser.post(f"/learn/{lesson}/sections/1/read")
    after = json.loads(html.unescape(re.search(r'data-pages="([^"]*)"', browser.get("/learn").text)[1]))
    assert before not in after, "what is read there is kept anew"


def test_a_handbook_is_made_by_a_worker_and_downloaded(app, signed_in, monkeypatch) -> None:
    monkeypatch.setattr("lms.printing.print_pdf", lambda page, _folder: b"%PDF " + page.encode())
    browser, address = signed_in("trainee"), "/learn/handbooks/1/asc-n0003"
    assert "Make the PDF" in browser.get(address).text
    assert browser.get(f"{address}.pdf").status_code == 404
    assert browser.post(f"{address}/print").headers["Location"] == address
    assert 'data-refresh="3"' in browser.get(address).text
    job = once(lambda: db.session.query(JobRow.id).filter_by(kind="handbook").one().id)
    jobs.run_job(job, lambda: world.DAY)
    db.session.remove()
    assert "Download the PDF" in browser.get(address).text
    assert browser.get(f"{address}.pdf").data.startswith(b"%PDF")
    assert signed_in("trainer").get(f"{address}.pdf").status_code == 200
    assert signed_in("council2").get(f"{address}.pdf").status_code == 404
    assert signed_in("agency").get(f"{address}.pdf").status_code == 403


def test_a_lesson_shows_its_aims_its_sections_and_the_criteria_they_are_about(signed_in, lesson: int) -> None:
    page = shown(signed_in("trainee").get(f"/learn/{lesson}").text)
    header = once(lambda: lesson_of(db.session.get_one(LessonVersionRow, lesson)).header)
    for number, section in enumerate(header.sections, start=1):
        assert f'<section id="section-{number}"' in page
        assert section.title in page
    assert all(aim in page for aim in header.aims)
    assert all(criterion in page for section in header.sections for criterion in section.criteria)


@pytest.mark.parametrize("login", ["trainer", "centre", "council"])
def test_staff_read_lessons_without_buttons_and_do_not_practise(signed_in, lesson: int, login: str) -> None:
    browser = signed_in(login)
    assert "as trainees see them" in browser.get("/learn").text
    page = browser.get(f"/learn/{lesson}")
    assert page.status_code == 200
    assert "Mark as read" not in page.text
    assert "/practice/" not in page.text
    assert browser.post(f"/learn/{lesson}/sections/1/read").status_code == 403
    assert browser.get(PRACTICE).status_code == 403


@pytest.mark.parametrize("login", ["agency", "assessor", "admin"])
def test_roles_without_lessons_are_refused(signed_in, lesson: int, login: str) -> None:
    browser = signed_in(login)
    assert [browser.get(page).status_code for page in ("/learn", f"/learn/{lesson}", PRACTICE)] == [403, 403, 403]


def test_another_councils_staff_find_no_pack_and_no_lesson(signed_in, lesson: int) -> None:
    browser = signed_in("council2")
    assert "not in a batch" in browser.get("/learn").text
    assert browser.get("/learn?pack=1").status_code == 404
    assert browser.get(f"/learn/{lesson}").status_code == 404


def test_what_is_not_there_is_not_found(signed_in, lesson: int) -> None:
    browser = signed_in("trainee")
    for page in ("/learn/999999", "/learn?pack=999999", "/practice/ras-n0001", "/practice/answers/1"):
        assert browser.get(page).status_code == 404, page
    assert browser.post(f"/learn/{lesson}/sections/99/read").status_code == 404


def test_a_criterion_says_what_was_shown_of_it_and_why(signed_in, lesson: int) -> None:
    browser = signed_in("trainee")
    page = shown(browser.get(f"/learn/criteria/{UNIT}/PC1").text)
    for words in ("Nothing shown yet", "There is no evidence yet", "Not read yet", "What to know for it"):
        assert words in page
    fields = form_of(browser.get(f"/practice/{UNIT}.PC1").text)
    key = next(key for number, _, key in bank(ItemUse.PRACTICE) if number == int(fields["item"]))
    browser.post(f"/practice/{UNIT}.PC1", data=fields | {"choice": key.right})
    page = shown(browser.get(f"/learn/criteria/{UNIT}/PC1").text)
    for words in ("Shown, a first sign", "Practice question", "100 %"):
        assert words in page
    assert f'href="/learn/criteria/{UNIT}/PC1"' in browser.get("/learn").text


@pytest.mark.parametrize("login", ["trainer", "centre", "council"])
def test_staff_read_about_a_criterion_without_evidence_of_anybody(signed_in, login: str) -> None:
    page = signed_in(login).get(f"/learn/criteria/{UNIT}/PC1")
    assert page.status_code == 200
    assert "Evidence" not in page.text
    assert "/practice/" not in page.text


@pytest.mark.parametrize("address", [f"{UNIT}/PC99", "asc-n9999/PC1", "ras-q0301-u1/PC1"])
def test_a_criterion_that_is_not_there_is_not_found(signed_in, address: str) -> None:
    assert signed_in("trainee").get(f"/learn/criteria/{address}").status_code == 404


def test_who_has_nothing_to_review_is_told_so(signed_in) -> None:
    browser = signed_in("trainee")
    done = browser.get("/practice/review")
    assert "Nothing is due for review today" in browser.get(done.headers["Location"]).text


def test_what_is_due_waits_on_home_and_is_reviewed_to_the_end(signed_in) -> None:
    with time_machine.travel(world.DAY, tick=False):
        answer(signed_in("trainee"))
    with time_machine.travel(world.DAY + timedelta(days=3), tick=False):
        browser = signed_in("trainee")
        assert "Review: 1 due today" in browser.get("/").text
        page = browser.get("/practice/review").text
        fields = form_of(page)
        key = next(key for number, _, key in bank(ItemUse.PRACTICE) if number == int(fields["item"]))
        post_to = re.search(r'action="(/practice/review[^"]*)"', page)[1]
        feedback = browser.post(html.unescape(post_to), data=fields | {"choice": key.right}).headers["Location"]
        finish = re.search(r'href="(/practice/review/summary[^"]*)">Finish<', browser.get(feedback).text)[1]
        done = browser.get(html.unescape(finish)).text
        assert "1 of 1 right. This round is done." in done
        assert "The next review is on" in done
        assert "due today" not in browser.get("/").text


def test_the_plan_says_what_to_recover_until_when_and_is_linked_from_the_result(app, signed_in) -> None:
    an_assessment()
    candidate = once(lambda: candidate_of("trainee-b").id)
    with time_machine.travel(RELEASED + timedelta(days=1), tick=False):
        browser = signed_in("trainee-b")
        assert "/learn/plan" in browser.get(f"/results/{candidate}").text
        assert re.search(r"Your plan: \d+ criteria to recover", browser.get("/").text)
        page = shown(browser.get("/learn/plan").text)
        for words in (
            "You may ask until",
            "Half of the marks lost in these",
            "Not begun",
            "For all marks in the practical",
        ):
            assert words in page
        assert "You have none now" in signed_in("trainee").get("/learn/plan").text
        assert "/learn/plan" not in signed_in("centre").get(f"/results/{candidate}").text


def test_home_says_what_to_read_next(signed_in) -> None:
    assert "Begin with" in signed_in("trainee").get("/").text


def test_no_page_is_heavier_than_a_slow_network_carries(signed_in) -> None:
    browser = signed_in("trainee")
    lessons = once(lambda: list(db.session.scalars(select(LessonVersionRow.id))))
    feedback = answer(browser).headers["Location"]
    pages = [
        "/learn",
        "/learn/plan",
        f"/learn/criteria/{UNIT}/PC1",
        PRACTICE,
        f"{PRACTICE}/summary",
        feedback,
        *(f"/learn/{number}" for number in lessons),
    ]
    assert {page: size for page in pages if (size := len(browser.get(page).data)) > MOST_BYTES} == {}


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;"),
        ("| a | b |\n|---|--:|\n| 1 | 2 |", '<td class="num">2</td>'),
        ("| a | b |\n|---|---|\n| 1 | 2 |", 'role="region" aria-label="a, b"'),
        ("# A title", "<h3>A title</h3>"),
    ],
)
def test_markdown_becomes_what_the_page_can_hold(text: str, held: str) -> None:
    assert held in render(text)


@pytest.mark.parametrize("text", ["[x](javascript:alert(1))", "![x](https://example.org/x.png)", '<b onclick="x()">'])
def test_markdown_brings_no_script_and_nothing_from_elsewhere(text: str) -> None:
    assert not re.search(r"<(script|img|b|a)\b", render(text))
