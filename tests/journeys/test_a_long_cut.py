"""Ten minutes without a network, and a browser that is killed: the candidate goes on, and every answer arrives once."""

import re
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from playwright.sync_api import Page, Playwright, expect

from lms.clock import now
from lms.extensions import db
from lms.services import delivery, exam_codes, sittings
from lms.tables.attempts import AnswerEventRow, AttemptRow
from tests.exams import a_drawn_assessment
from tests.journeys import steps
from tests.journeys.cable import Cable, cable_to
from tests.journeys.devices import LONGEST_WAIT, OPTIONS, QUESTIONS, given, kill, opened, waits
from tests.soak.forms import SEED, bound, forms

pytestmark = pytest.mark.browser
PAUSE = 20  # seconds between two answers, where there is time for it
RELOAD_EVERY = 4  # answers


def saved(page: Page) -> None:
    steps.looks(page, "is-saved", timeout=LONGEST_WAIT)


def counted(live) -> tuple[int, dict[int, int]]:
    """How many events the site has, and the place that counts, by question."""
    with live.inside():
        sitting = delivery.sitting_of(db.session.query(AttemptRow).one())
        answers = sittings.answers_of(sitting)
        places = {}
        for item in sitting.items:
            if item.item in answers:
                places[item.number] = [option.id for option in item.options].index(answers[item.item]) + 1
        return db.session.query(AnswerEventRow).count(), places


def answer_through(page: Page, seconds: float, chance: Random, again: Callable[[], None]) -> int:
    """Answer and change answers for so long, and reload now and then; returns how many answers were given."""
    until, count = time.monotonic() + seconds, 0
    while count < RELOAD_EVERY + 1 or time.monotonic() < until:
        number = chance.randint(1, QUESTIONS)
        before = given(page).get(number)
        steps.choose(page, number, chance.choice([place for place in range(1, OPTIONS + 1) if place != before]))
        count += 1
        waits(page, count)
        if count % RELOAD_EVERY == 0:
            again()
            waits(page, count)
        page.wait_for_timeout(min(PAUSE, seconds / 10) * 1000)
    return count


@pytest.mark.parametrize("way", ["offline", "dropped"])
@forms(5, 600)
def test_a_candidate_goes_on_through_a_cut_and_every_answer_arrives_once(
    way: str, times: int, live, browser_of, today, console, record_property
) -> None:
    for words in ("ERR_INTERNET_DISCONNECTED", "Failed to load resource", "net::ERR_"):
        console.expect(words)
    chance = Random(SEED)
    with cable_to(live.url) as cable:
        page = browser_of("trainee", base_url=cable.url)
        steps.begin_exam(page)
        steps.choose(page, 1, 2)
        saved(page)
        _cut(cable, page, way)
        count = answer_through(page, times, chance, page.reload)
        chosen = given(page)
        assert counted(live) == (1, {1: 2})
        _mend(cable, page, way)
        saved(page)
        assert given(page) == chosen
        assert counted(live) == (count + 1, chosen)
    record_property("seen", f"{times} s {way}: {count} answers given meanwhile, all arrived once")


def _cut(cable: Cable, page: Page, way: str) -> None:
    if way == "offline":
        page.context.set_offline(True)
    else:
        cable.cut()


def _mend(cable: Cable, page: Page, way: str) -> None:
    if way == "offline":
        page.context.set_offline(False)
    else:
        cable.mend()


@forms(1, 50)
def test_a_browser_that_is_killed_comes_back_with_every_answer(
    times: int, live, today, tool: Playwright, tmp_path: Path, record_property
) -> None:
    chance, profile = Random(SEED), tmp_path / "profile"
    with cable_to(live.url) as cable:
        page = opened(tool, profile, cable)
        steps.sign_in(page, "trainee")
        steps.begin_exam(page)
        address, count, chosen = page.url.partition("#")[0], 0, {}
        cable.cut()
        for _ in range(times):
            number = chance.randint(1, QUESTIONS)
            place = chance.choice([one for one in range(1, OPTIONS + 1) if one != chosen.get(number)])
            steps.choose(page, number, place)
            count, chosen = count + 1, chosen | {number: place}
            waits(page, count)
            kill(profile)
            page = opened(tool, profile, cable)
            page.goto(address)
            waits(page, count)
            assert given(page) == chosen
        cable.mend()
        saved(page)
        page.context.close()
    assert counted(live) == (count, chosen)
    record_property("seen", f"killed {times} times; {bound(times)}")


def test_a_browser_killed_right_after_coming_in_by_the_slip_comes_in_again(live, tool: Playwright, tmp_path) -> None:
    profile = tmp_path / "profile"
    with live.inside():
        assessment = a_drawn_assessment(opens_at=now() - timedelta(minutes=1))
        [slip, *_] = exam_codes.make_codes(live.actor("centre"), assessment.id, form="the form of a journey", now=now())
        number, code = slip.candidate.number, slip.code
    with cable_to(live.url) as cable:
        for _ in range(2):
            page = opened(tool, profile, cable)
            page.goto(f"/exam?number={number}")
            expect(page.locator("[data-same-device]")).to_have_value(re.compile("^[0-9a-f]{48}$"))
            page.get_by_label("Exam code").fill(code)
            steps.press(page, "Go to the exam")
            expect(page.get_by_role("button", name="Start the exam")).to_be_visible()
            kill(profile)
