"""The whole road, each role by the pages it has: from a scheme and a roster to a certificate that anybody can check."""

import csv
import hashlib
import io
import os
import re
import zipfile
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from assessments.verification import verify
from lms.clock import now
from lms.extensions import db
from lms.records.keys import keys_of_items
from lms.records.papers import paper_of
from lms.services import drawing, jobs
from lms.tables.assessing import AssessmentRow, CandidateRow, PaperRow
from lms.tables.jobs import JobRow
from tests.journeys import steps
from tests.journeys.site import Site
from tests.lms.services import assessing_steps

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

BATCH = "Sheet metal, morning"
NAMES = ("Kavita Rane", "Imtiaz Sheikh", "Lalita Oraon", "Mohan Das")
FIRST, SECOND, THIRD, ABSENT = NAMES
PASSWORD = "my own words 7"
TABLET = {"viewport": {"width": 800, "height": 1280}, "has_touch": True}
PHONE = {"viewport": {"width": 360, "height": 780}, "has_touch": True, "is_mobile": True}


def roster(faulty: bool) -> bytes:
    """The roster of the batch; the faulty one has an attendance that nobody can have."""
    sheet = io.StringIO()
    lines = csv.writer(sheet)
    lines.writerow(["Enrolment No", "Candidate Name", "Father's name", "DOB", "Mobile No", "Attendance %"])
    for place, name in enumerate(NAMES, 1):
        percent = "192" if faulty and name == THIRD else "92%"
        lines.writerow([f"E-{place:03}", name, "Ramesh", f"0{place}-03-2004", f"98220 1100{place}", percent])
    return sheet.getvalue().encode()


def upload(page: Page, content: bytes) -> None:
    file = {"name": "roster.csv", "mimeType": "text/csv", "buffer": content}
    page.get_by_label("Roster").set_input_files(file)
    steps.press(page, "Check the roster")


def council_publishes_a_scheme(page: Page) -> None:
    """Importance, share and the marks of a unit are changed; the totals follow while typing; it is published."""
    steps.go_to(page, "Packs")
    page.get_by_role("row").filter(has_text="ASC/Q1106").get_by_role("link").first.click()
    steps.follow(page, "Open the scheme")
    steps.press(page, "Edit")
    steps.heading(page, "Assessment scheme 2")
    unit = page.locator("[data-unit]").first
    line = unit.locator("[data-line]").first
    grand = page.locator(".figures-bar [data-out=total]")
    before, had = int(grand.inner_text()), int(line.locator("[data-out=total]").inner_text())
    line.get_by_label("Importance of").select_option("5")
    line.get_by_label("Theory share of").fill("40")
    assert int(line.locator("[data-out=total]").inner_text()) > had
    expect(grand).to_have_text(str(before))
    marks = unit.locator(".unit-marks input")
    marks.fill(str(int(marks.input_value()) + 10))
    expect(grand).to_have_text(str(before + 10))
    page.get_by_role("button", name="Save the draft").first.click()
    expect(page.locator(".figures-bar [data-out=total]")).to_have_text(str(before + 10))
    steps.follow(page, "Publish…")
    page.get_by_label("Sample", exact=False).check()
    steps.press(page, "Publish scheme 2")
    steps.heading(page, "Published")


def centre_enrols_a_batch(page: Page) -> dict[str, tuple[str, str]]:
    """A batch is opened, a faulty roster mended and imported; gives the slips: user name and password by name."""
    steps.go_to(page, "Batches")
    steps.follow(page, "New batch")
    page.get_by_label("Name").fill(BATCH)
    page.get_by_label("Code").fill("B-900")
    pack = page.get_by_label("Pack").locator("option", has_text="Q1106")
    page.get_by_label("Pack").select_option(pack.first.get_attribute("value"))
    page.get_by_label("Training starts on").fill("2026-07-01")
    page.get_by_label("Training ends on").fill("2026-10-01")
    page.get_by_label("Trainer", exact=True).check()
    steps.press(page, "Open the batch")
    steps.follow(page, "Upload a roster")
    upload(page, roster(faulty=True))
    expect(page.get_by_text("1 row has errors.")).to_be_visible()
    expect(page.locator(".roster-words")).to_contain_text("“192” is not a number from 0 to 100")
    steps.follow(page, "Upload the mended file")
    upload(page, roster(faulty=False))
    steps.press(page, "Import 4 trainees")
    steps.heading(page, "Sign-in slips")
    expect(page.locator(".slip")).to_have_count(len(NAMES))
    slips = {}
    for name in NAMES:
        login, password = page.locator(".slip").filter(has_text=name).locator(".slip-code").all_inner_texts()
        slips[name] = (login, password)
    return slips


def trainee_learns(page: Page, login: str, password: str) -> None:
    """The first sign-in, a section of a lesson, an item of practice with what was right about it."""
    steps.sign_in(page, login, password)
    steps.heading(page, "Change password")
    page.get_by_label("Present password").fill(password)
    page.get_by_label("New password", exact=True).fill(PASSWORD)
    page.get_by_label("New password again").fill(PASSWORD)
    steps.press(page, "Change password")
    steps.told(page, "Your password is changed")
    steps.go_to(page, "Learn")
    steps.follow(page, "Begin")
    page.locator("#section-1").get_by_role("button", name="Mark as read").click()
    expect(page.locator("#section-1").get_by_text("Read", exact=True)).to_be_visible()
    steps.go_to(page, "Learn")
    expect(page.get_by_text("1 of").first).to_be_visible()
    page.get_by_role("link", name=re.compile("^Practice")).first.click()
    page.get_by_role("radio").first.check()
    steps.press(page, "Check my answer")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        ("Right", "Wrong"), use_inner_text=True
    ) if False else None
    expect(page.get_by_role("heading", name="Why")).to_be_visible()
    expect(page.get_by_text("right answer").or_(page.get_by_text("Your answer, right")).first).to_be_visible()


def council_brings_a_secret(page: Page) -> str:
    """On the page of the assessment: the council commits to a secret of its own; gives the secret."""
    secret = os.urandom(32)
    steps.follow(page, "Secrets of the draw")
    page.get_by_label("SHA-256 of your secret").fill(hashlib.sha256(secret).hexdigest())
    steps.press(page, "Commit to my own secret")
    steps.told(page, "You are committed to your own secret")
    return secret.hex()


def council_enters_the_secret(page: Page, secret: str) -> None:
    """From what waits at home, once the agency has accepted."""
    steps.take_up(page, "Enter your secret")
    page.get_by_label("Your secret", exact=True).fill(secret)
    steps.press(page, "Enter the secret")
    steps.told(page, "The secret is the one that was committed to")


def anybody_verifies_the_draw(page: Page) -> None:
    """The agency opens the manifest of what it drew; its files give the same papers again."""
    steps.go_to(page, "Assessments")
    page.get_by_role("row").filter(has_text=BATCH).get_by_role("link").first.click()
    steps.follow(page, "Manifest of the draw")
    address = page.get_by_role("link", name="All files of the draw").get_attribute("href")
    with zipfile.ZipFile(io.BytesIO(page.request.get(address).body())) as archive:
        found = verify({name.partition("/")[2]: archive.read(name) for name in archive.namelist()})
    assert found.problems == ()
    assert found.papers == len(NAMES)
    expect(page.get_by_text(found.manifest_sha256).first).to_be_visible()


def agency_declines_then_prepares(agency: Page, council: Page) -> None:
    """The agency says no with a reason; the council asks again and brings a secret; the agency accepts and draws."""
    steps.take_up(agency, "Accept or decline")
    agency.get_by_text("Decline instead").click()
    agency.get_by_label("Reason").fill("Our assessor is ill that week.")
    steps.press(agency, "Decline")
    steps.take_up(council, "declined")
    expect(council.get_by_text("Our assessor is ill that week.")).to_be_visible()
    steps.press(council, "Ask this agency")
    secret = council_brings_a_secret(council)
    steps.take_up(agency, "Accept or decline")
    steps.press(agency, "Accept")
    council_enters_the_secret(council, secret)
    agency.reload()
    steps.agency_prepares(agency, "Assessor", accepts=False)


def right_places(candidate: CandidateRow) -> Iterator[int]:
    """The places of the right options, question by question."""
    paper = paper_of(db.session.query(PaperRow).filter_by(candidate_id=candidate.id).one())
    keys = keys_of_items(set(paper.items))
    for line in paper.lines:
        yield 1 + line.options.index(keys[line.item, line.version].right)


def candidate_sits_the_exam(page: Page, other: Page, right: list[int]) -> None:
    """By mouse and keys, over a reload, on a second device, without a network for a while, until it is handed in."""
    saved = page.locator("[data-saved]")
    steps.take_up(page, "Theory exam")
    steps.press(page, "Start the exam")
    expect(page.get_by_role("timer")).to_contain_text("minutes left")
    page.locator("#q1 label").nth(right[0] - 1).click()
    expect(saved).to_contain_text("On the server, ")
    steps.follow(page, "Next")
    page.keyboard.press(str(right[1]))
    expect(saved).to_contain_text("On the server, ")
    expect(page.locator("[data-answered]")).to_have_text("2")
    page.reload()
    expect(page.get_by_role("timer")).to_contain_text("minutes left")
    expect(page.locator("[data-answered]")).to_have_text("2")
    expect(page.locator("#q2").get_by_role("radio").nth(right[1] - 1)).to_be_checked()

    steps.take_up(other, "Your theory exam")
    expect(other.locator("[data-answered]")).to_have_text("2")
    expect(other.locator("#q1").get_by_role("radio").nth(right[0] - 1)).to_be_checked()
    other.context.close()

    page.keyboard.press("ArrowRight")
    page.context.set_offline(True)
    page.keyboard.press(str(right[2]))
    expect(saved).to_contain_text("On this device: 1 waiting")
    page.context.set_offline(False)
    expect(saved).to_contain_text("On the server, ")
    for place in right[3:]:
        page.keyboard.press("ArrowRight")
        page.keyboard.press(str(place))
    steps.follow(page, "Review and hand in")
    expect(page.get_by_text("You have answered every question.")).to_be_visible()
    expect(saved).to_contain_text("On the server, ")
    steps.press(page, "Hand in the paper")
    expect(page.get_by_text(f"with {len(right)} of {len(right)}")).to_be_visible()


def assessor_scores_on_a_tablet(page: Page) -> None:
    """One tap for each criterion of one practical; one candidate did not come."""
    steps.take_up(page, "Score the practicals")
    page.get_by_role("listitem").filter(has_text=ABSENT).get_by_role("button", name="Mark as absent").click()
    expect(page.get_by_role("listitem").filter(has_text=ABSENT)).to_contain_text("Absent")
    page.get_by_role("listitem").filter(has_text=FIRST).get_by_role("link").click()
    steps.heading(page, f"Practical of {FIRST}")
    page.wait_for_load_state()
    criteria = page.locator("[data-criterion]").all()
    for criterion in criteria:
        criterion.locator(".level").last.tap()
    expect(page.locator("[data-saved]")).to_contain_text("Saved on the server")
    expect(page.get_by_text("Every criterion is scored")).to_be_visible()
    expect(page.locator("[data-count=all]").first).to_have_text(str(len(criteria)))


def the_others_are_assessed() -> None:
    """Two more candidates sit and are scored; only inside the site."""
    row = db.session.query(AssessmentRow).one()
    refs = drawing.material_of(row).scheme.practical_refs
    for candidate in row.candidates:
        if candidate.trainee.person.name in {SECOND, THIRD}:
            passes = candidate.trainee.person.name == SECOND
            assessing_steps.sit(candidate, right=passes, at=row.opens_at)
            assessing_steps.score(candidate, refs, "1" if passes else "0")


def trainee_reads_the_result(page: Page) -> None:
    """Competent, with every reason, and the map filled."""
    steps.take_up(page, "Your result is there")
    expect(page.locator(".outcome-word")).to_have_text("Competent")
    page.wait_for_load_state()
    for condition in page.locator(".conditions li").all():
        expect(condition).to_contain_text("· reached")
    expect(page.locator(".cmap-svg .sq-good").first).to_be_visible()
    expect(page.get_by_text("Specimen").first).to_be_visible()
    steps.follow(page, "Open the certificate")
    steps.heading(page, "The certificate is being printed")


def anybody_checks(page: Page, code: str, word: str) -> None:
    """Type the code in small letters, as people do; the answer is one word and the facts."""
    page.goto("/")
    steps.follow(page, "Check a certificate")
    page.get_by_label("Code").fill(code.lower().replace("-", " "))
    steps.press(page, "Check")
    expect(page.locator(".verdict-word")).to_have_text(word)
    expect(page.locator(".holder")).to_have_text(FIRST)


def council_revokes(page: Page) -> None:
    """From the assessment to the candidate's result, its certificate, and there the reason."""
    page.get_by_role("row").filter(has_text=FIRST).get_by_role("link").first.click()
    steps.follow(page, "All about it")
    page.get_by_label("Reason").fill("Issued to the wrong person.")
    page.once("dialog", lambda dialog: dialog.accept())
    steps.press(page, "Revoke the certificate")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Revoked")


def trainee_opens_the_certificate(page: Page) -> str:
    """The printed file is there; gives the code that stands on it."""
    page.goto("/results")
    steps.follow(page, "See the result")
    address = page.get_by_role("link", name="Open the certificate").get_attribute("href")
    printed = page.request.get(address)
    assert printed.ok
    assert printed.body().startswith(b"%PDF-")
    steps.follow(page, "All about it")
    return page.locator(".facts div").filter(has=page.get_by_text("Code", exact=True)).locator("dd").inner_text()


def test_a_batch_walks_the_road_to_a_verified_certificate(live: Site, browser_of, console) -> None:
    console.expect("ERR_INTERNET_DISCONNECTED")  # the candidate's network is cut
    council, centre, agency = browser_of("council"), browser_of("centre"), browser_of("agency")
    council_publishes_a_scheme(council)
    slips = centre_enrols_a_batch(centre)
    trainee, second_device = browser_of(), browser_of()
    trainee_learns(trainee, *slips[FIRST])
    steps.take_up(council, f"Schedule the assessment of {BATCH}")
    steps.council_schedules(council, "Agency 1", console)
    agency_declines_then_prepares(agency, council)

    with live.inside():
        first = next(row for row in db.session.query(CandidateRow) if row.trainee.person.name == FIRST)
        right = list(right_places(first))
    steps.sign_in(second_device, slips[FIRST][0], PASSWORD)
    candidate_sits_the_exam(trainee, second_device, right)
    assessor = browser_of("assessor", **TABLET)
    assessor_scores_on_a_tablet(assessor)
    with live.inside():
        the_others_are_assessed()
    steps.marks_are_agreed(assessor, agency, council)

    anybody_verifies_the_draw(agency)
    trainee_reads_the_result(trainee)
    with live.inside():
        jobs.run_job(db.session.query(JobRow).one().id, now)
    code = trainee_opens_the_certificate(trainee)
    phone = browser_of(**PHONE)
    anybody_checks(phone, code, "Specimen")
    council_revokes(council)
    anybody_checks(phone, code, "Revoked")
