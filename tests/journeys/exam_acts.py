"""What happens to an exam while its page is open: the clock runs down, time is given, a device takes over."""

from datetime import timedelta

from playwright.sync_api import Page, expect

from lms.clock import now
from lms.extensions import db
from lms.services import exam_clock, takeovers
from lms.services.invigilation import Who
from lms.tables.attempts import AttemptRow
from tests.journeys import steps


def attempt(live) -> AttemptRow:
    return db.session.query(AttemptRow).one()


def minutes_left(page: Page, words: str) -> None:
    expect(page.get_by_role("timer")).to_contain_text(words)


def more(live, today, key: str) -> None:
    with live.inside():
        give = {"seconds": 600, "reason": "The network was gone", "key": key, "now": now()}
        assert len(exam_clock.give_time(live.actor("agency"), today, Who(), **give).done) == 1


def ends(live, seconds: int) -> None:
    """The exam ends so many seconds from now, whatever it was."""
    with live.inside():
        attempt(live).deadline_at = now() + timedelta(seconds=seconds)
        db.session.commit()


def takes_over(live, other: Page) -> None:
    """A page on another device goes on by the invigilator's code, and has read what its disk has."""
    with live.inside():
        code = takeovers.make_code(live.actor("assessor"), attempt(live).id, now=now())
    other.get_by_label("Code of the invigilator").fill(code)
    steps.press(other, "Go on at this device")
    expect(other.locator("[data-take-over]")).to_be_hidden()
    expect(other.locator("[data-exam]")).to_have_attribute("data-mode", "kept")
