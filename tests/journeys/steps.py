"""What people click: steps that several journeys take, each by the words that the page offers."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from lms.clock import now
from lms.services import assessors, drawing, scheduling
from lms.services.demo_visitors import PARTS, Part
from lms.tables.assessing import AssessmentRow, CandidateStatus
from tests import world
from tests.journeys.site import PATIENCE, Console, Site
from tests.lms.services import assessing_steps

ZONE = ZoneInfo("Asia/Kolkata")


def sign_in(page: Page, login: str, password: str = world.PASSWORD) -> None:
    """Sign in on the page for it."""
    page.goto("/sign-in")
    page.get_by_label("User name").fill(login)
    page.get_by_label("Password").fill(password)
    press(page, "Sign in")
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Sign in")


def come_in(page: Page, login: str) -> None:
    """Be signed in and at home, without the page for signing in, which other journeys take."""
    form = {"login": login, "password": world.PASSWORD}
    found = re.search('name="csrf_token" value="([^"]+)"', page.request.get("/sign-in").text())
    assert found
    answer = page.request.post("/sign-in", form=form | {"csrf_token": found[1]}, max_redirects=0)
    assert answer.status == 302
    page.goto("/")


def visit(page: Page, part: Part) -> None:
    """Sign in on a demo as who plays this part, by the one button for it."""
    page.goto("/sign-in")
    page.locator(".role").filter(has=page.get_by_text(PARTS[part][0].template, exact=True)).click()
    heading(page, "Waiting for you")


def press(page: Page, name: str) -> None:
    """Press a button by its words."""
    page.get_by_role("button", name=name, exact=True).first.click()


def follow(page: Page, name: str) -> None:
    """Follow a link by its words."""
    page.get_by_role("link", name=name).first.click()


def go_to(page: Page, name: str) -> None:
    """Go somewhere by the navigation."""
    page.get_by_role("navigation", name="Main").get_by_role("link", name=name).click()


def take_up(page: Page, words: str) -> None:
    """Go home and take up what waits there."""
    page.goto("/")
    page.get_by_role("listitem").filter(has_text=words).get_by_role("link").click()


def choose(page: Page, number: int, place: int) -> None:
    """Go to a question of the exam by the palette and choose the option at that place, from 1."""
    page.locator(f'.palette [data-go="{number}"]').click()
    page.locator(f"#q{number} label").nth(place - 1).click()


def begin_exam(page: Page) -> None:
    """From home to the first question of a theory exam, and on until the device keeps the page."""
    take_up(page, "Theory exam")
    press(page, "Start the exam")
    kept(page)


def kept(page: Page) -> None:
    """The device keeps the page of the exam.

    This and the two below wait by a selector. Each time that `expect` finds something otherwise it reads out the whole
    page, and so long a page as an exam's takes a fifth of a second of the processor for that.
    """
    page.locator("[data-exam][data-mode=kept]").wait_for()


def looks(page: Page, look: str, timeout: float = PATIENCE) -> None:
    """The line that says where answers are looks so: `is-saved`, `is-waiting` or `is-refused`."""
    page.locator(f'[data-saved][class="exam-saved {look}"]').wait_for(timeout=timeout)


def says(page: Page, words: str, timeout: float = PATIENCE) -> None:
    """That line says these words."""
    page.locator("[data-saved-words]", has_text=re.compile(re.escape(words))).wait_for(timeout=timeout)


def look_again(page: Page) -> None:
    """What a page does when somebody comes back to it: it asks the server at once."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def until(page: Page, holds: str) -> None:
    """Wait until something holds that awaits: `wait_for_function` takes a promise for what it promises, and goes on."""
    page.evaluate(f"async () => {{ while (!({holds})) await new Promise((go) => setTimeout(go, 100)); }}")


def chosen(page: Page, number: int) -> list[int]:
    """The places, from 1, that are chosen of a question of the exam."""
    boxes = page.locator(f"#q{number} input[name=place]")
    return [place + 1 for place in range(boxes.count()) if boxes.nth(place).is_checked()]


def heading(page: Page, words: str) -> None:
    """The page has this heading, perhaps among other words."""
    expect(page.get_by_role("heading", level=1)).to_contain_text(words)


def told(page: Page, words: str) -> None:
    """The page says that something was done."""
    expect(page.get_by_role("status").filter(has_text=words)).to_be_visible()


def council_schedules(page: Page, agency: str, console: Console) -> None:
    """Fill in the page for a day that opens this very minute and ask an agency."""
    heading(page, "Schedule")
    page.get_by_label("Agency").select_option(label=agency)
    for _ in range(2):  # a second time when the minute was over just then
        opens = datetime.now(ZONE)
        page.get_by_label("Opens").fill(f"{opens:%Y-%m-%dT%H:%M}")
        page.get_by_label("Closes").fill(f"{opens + timedelta(hours=8):%Y-%m-%dT%H:%M}")
        press(page, "Schedule and ask the agency")
        page.wait_for_load_state()
        if not page.get_by_text("would open in the past").count():
            break
        console.expect("422 (UNPROCESSABLE ENTITY)")
    heading(page, "A-")


def agency_prepares(page: Page, assessor: str, *, accepts: bool = True) -> None:
    """On the page of a proposed assessment: accept, unless that is done, draw, name the assessor."""
    if accepts:
        press(page, "Accept")
    press(page, "Draw papers and practicals")
    told(page, "All papers and practicals are drawn")
    follow(page, "Name assessors")
    page.get_by_label(assessor, exact=True).check()
    press(page, "Name them")
    heading(page, "A-")


def marks_are_agreed(assessor: Page, agency: Page, council: Page) -> None:
    """The mark sheet's way: submitted, verified, approved, released, each from what waits at home."""
    take_up(assessor, "submit the mark sheet")
    follow(assessor, "Complete and submit the mark sheet")
    press(assessor, "Submit the mark sheet")
    told(assessor, "The mark sheet is submitted")
    take_up(agency, "Verify the mark sheet")
    follow(agency, "Verify the mark sheet")
    press(agency, "Verify: the marks are right")
    told(agency, "The mark sheet is verified")
    take_up(council, "Approve the mark sheet")
    follow(council, "Approve the mark sheet")
    press(council, "Approve and decide the results")
    told(council, "The mark sheet is approved")
    press(council, "Release the results")
    told(council, "The results are released")


def assessed_today(site: Site, batch_id: int) -> AssessmentRow:
    """An assessment of a batch that is open now, drawn and with its assessor; only inside the site."""
    moment = now()
    before = moment - timedelta(days=3)
    row = scheduling.schedule(
        site.actor("council"),
        batch_id=batch_id,
        agency_id=assessing_steps.organisation("AA-1"),
        again=False,
        opens_at=moment - timedelta(hours=1),
        closes_at=moment + timedelta(hours=7),
        extra_minutes={},
        now=before,
    )
    agency = site.actor("agency")
    scheduling.answer(agency, row.id, "accept", now=before)
    drawing.draw(agency, row.id, now=before)
    assessors.name_assessors(agency, row.id, [assessing_steps.person("assessor")], now=before)
    return row


def all_done(row: AssessmentRow, failing: Iterable[str] = ()) -> None:
    """Every candidate who is there sits the paper and is scored; those named give and show nothing right."""
    refs = drawing.material_of(row).scheme.practical_refs
    for candidate in row.candidates:
        if candidate.status != CandidateStatus.ENTERED:
            continue
        passes = candidate.trainee.person.login not in set(failing)
        assessing_steps.sit(candidate, right=passes, at=now() - timedelta(minutes=85))
        assessing_steps.score(candidate, refs, "1" if passes else "0")
