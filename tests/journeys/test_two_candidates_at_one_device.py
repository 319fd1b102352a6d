"""One device: after a candidate who left without handing in comes another, who sees nothing of theirs."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright

from lms.clock import now
from lms.extensions import db
from lms.services import exam_codes
from lms.tables.attempts import AnswerEventRow, AttemptRow
from tests.exams import a_drawn_assessment
from tests.journeys import steps
from tests.journeys.cable import cable_to
from tests.journeys.devices import LONGEST_WAIT, given, opened, waits
from tests.journeys.site import Site

pytestmark = pytest.mark.browser
HELD = """async () => {
  const opening = indexedDB.open("yogyata-exam");
  await new Promise((resolve) => { opening.onsuccess = resolve; });
  const asked = opening.result.transaction("sittings").objectStore("sittings").getAllKeys();
  await new Promise((resolve) => { asked.onsuccess = resolve; });
  opening.result.close();
  return [asked.result.sort(), (await caches.keys()).map((name) => name.split("-").pop()).sort()];
}"""


def saved_of(live: Site, candidate: int) -> list[int]:
    with live.inside():
        events = db.session.query(AnswerEventRow.seq).join(AttemptRow, AttemptRow.id == AnswerEventRow.attempt_id)
        return sorted(seq for (seq,) in events.filter(AttemptRow.candidate_id == candidate))


def begin(page: Page, slip: tuple[int, str, str]) -> str:
    _candidate, number, code = slip
    page.goto(f"/exam?number={number}")
    page.get_by_label("Exam code").fill(code)
    steps.press(page, "Go to the exam")
    steps.press(page, "Start the exam")
    steps.kept(page)
    return page.url.partition("#")[0]


def test_who_comes_next_sees_nothing_of_who_left_and_what_was_left_still_arrives(
    live: Site, tool: Playwright, tmp_path: Path
) -> None:
    with live.inside():
        assessment = a_drawn_assessment(opens_at=now() - timedelta(minutes=1))
        slips = exam_codes.make_codes(live.actor("centre"), assessment.id, form="the form of a journey", now=now())
        one, other = [(slip.candidate.id, slip.candidate.number, slip.code) for slip in slips][:2]
    profile = tmp_path / "profile"
    with cable_to(live.url) as cable:
        page = opened(tool, profile, cable)
        paper = begin(page, one)
        steps.choose(page, 1, 2)
        steps.looks(page, "is-saved", timeout=LONGEST_WAIT)
        page.context.set_offline(True)
        steps.choose(page, 2, 3)
        waits(page, 1)
        page.context.close()
        page = opened(tool, profile, cable)
        sitting = paper.rpartition("/")[2]
        page.context.route(f"**/attempts/{sitting}/events", lambda route: route.abort())  # what was left stays here
        begin(page, other)
        steps.choose(page, 2, 1)
        steps.looks(page, "is-saved", timeout=LONGEST_WAIT)
        assert given(page) == {2: 1}
        assert one[1] not in page.content()
        assert (saved_of(live, one[0]), saved_of(live, other[0])) == ([1], [1])
        own = page.url.partition("#")[0]
        page.goto(paper)
        steps.heading(page, "There is nothing here")
        held, kept = page.evaluate(HELD)
        assert (held, kept) == ([sitting, own.rpartition("/")[2]], [own.rpartition("/")[2]])
        page.context.unroute_all()
        page.goto(own)
        # One page may still be taking note of it while another lets it go.
        steps.until(
            page,
            f"!JSON.parse(localStorage['yogyata-exam-kept'])['{sitting}']"
            f" && (await ({HELD})())[0].join() === '{own.rpartition('/')[2]}'",
        )
        page.context.close()
    assert (saved_of(live, one[0]), saved_of(live, other[0])) == ([1, 2], [1])
