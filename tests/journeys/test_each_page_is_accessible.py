"""Every page that a role can come to: no fault that axe finds, one heading, a title, and nothing wider than a phone."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from lms.clock import now
from lms.extensions import db
from lms.services import approval, delivery, jobs, presence, reassessment, rosters, schemes, skill_goals
from lms.tables.assessing import AssessmentRow, CandidateRow
from lms.tables.content import ItemVersionRow
from lms.tables.jobs import JobRow
from lms.tables.training import BatchRow, BatchTrainerRow, PracticeAnswerRow, TraineeRow
from tests.journeys import steps
from tests.journeys.site import Site, served
from tests.journeys.walking import examine, walk
from tests.lms.services import assessing_steps, skill_steps

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

FAULTY = b"enrolment_number,name,born_on\nE-1,Kavita Rane,2004-03-01\nE-2,NA,2004-03-02\n"
# Where each begins besides home, and pages that the walk must have come to.
ROLES = {
    "trainee": (
        ("/practice/answers/1",),
        {
            "/exam/attempts/0",
            "/certificates/0",
            "/practice/asc-n0",
            "/learn/0",
            "/learn/criteria/asc-n0/PC0",
            "/skills/SSUP",
            "/skills/SSUP/rate",
            "/skills/SSUP/people/0/record",
        },
    ),
    "trainee-b": ((), {"/results/0", "/learn/plan"}),
    "trainee-c": ((), {"/exam/candidates/0"}),
    "trainer": (("/skills/SSUP/people",), {"/batches/0/trainees/0", "/assessments/0", "/skills/SSUP/people/0/target"}),
    "assessor": (
        (),
        {
            "/practicals/0",
            "/practicals/sheets/0",
            "/assessments/0/marks",
            "/skills/SSUP/people",
            "/skills/SSUP/people/0/judge",
        },
    ),
    "centre": ((), {"/batches/0/roster", "/batches/0/roster/0", "/reassessments/0", "/results/0", "/certificates/0"}),
    "agency": (("/assessments/1/secrets",), {"/assessments/0/manifest", "/assessments/0/marks", "/results/0"}),
    "council": (
        ("/jobs/1",),
        {"/packs/0/bank", "/schemes/0/edit", "/schemes/0/publish", "/certificates/0", "/exports"},
    ),
    "admin": ((), {"/people", "/people/0", "/skills/upload"}),
}
# The same for everybody, or for all who only read packs, so looked at with one of them.
SHARED = frozenset({"/account/password", "/verify", "/verify/code"})
READ = frozenset({"/packs/0", "/schemes/0"})
SKIPPED = {"trainee": frozenset(), "trainer": SHARED, "council": SHARED}


@pytest.fixture(scope="module")
def live(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One site for all roles, for they only look: with something on every page."""
    folder = tmp_path_factory.mktemp("filled")
    shutil.copy(sqlite_template, folder / "yogyata.db")
    with served(folder, f"sqlite:///{folder / 'yogyata.db'}") as site:
        with site.inside():
            _fill(site)
        yield site


def _fill(site: Site) -> None:
    _release_one(site)
    _open_another(site)
    item = db.session.query(ItemVersionRow).filter_by(use="practice").first()
    trainee = assessing_steps.person("trainee")
    answer = {"item_version_id": item.id, "choice": "A", "is_right": False, "answered_at": now()}
    db.session.add(PracticeAnswerRow(person_id=trainee, **answer))
    db.session.commit()
    _judge_one(site, trainee)
    schemes.start_draft(site.actor("council"), assessing_steps.batch().pack_version_id, now=now())


def _judge_one(site: Site, trainee: int) -> None:
    """A target, a self-rating and a judged level in a skill."""
    skill_goals.set_target(site.actor("trainer"), trainee, "SSUP", 4, "", key="target-001", now=now())
    skill_goals.rate_self(site.actor("trainee"), "SSUP", 3, "With help.", key="rating-001", now=now())
    skill_steps.judged(site.actor, level=2, now=now())


def _release_one(site: Site) -> None:
    """An assessment with somebody competent, somebody not yet, who asks again, and somebody absent."""
    row = steps.assessed_today(site, assessing_steps.batch().id)
    presence.mark_absent(site.actor("centre"), row.id, _entry(row, "trainee-d").id, now=now())
    steps.all_done(row, failing=["trainee-b"])
    approval.submit(site.actor("assessor"), row.id, now=now())
    approval.verify(site.actor("agency"), row.id, now=now())
    approval.approve(site.actor("council"), row.id, now=now())
    approval.release(site.actor("council"), row.id, now=now())
    jobs.run_job(db.session.query(JobRow).one().id, now)
    reassessment.ask(site.actor("trainee-b"), _entry(row, "trainee-b").id, reason="I was ill.", now=now())


def _open_another(site: Site) -> None:
    """A second batch whose exam is open: one has begun, one waits; and a roster of it has faults."""
    first = assessing_steps.batch()
    batch = BatchRow(
        code="B-2",
        name="Evening batch",
        centre_id=first.centre_id,
        pack_version_id=first.pack_version_id,
        starts_on=date(2026, 8, 3),
        ends_on=date(2026, 10, 30),
        created_at=now(),
    )
    db.session.add(batch)
    db.session.flush()
    db.session.add(BatchTrainerRow(batch_id=batch.id, person_id=assessing_steps.person("trainer")))
    for login in ("trainee", "trainee-c"):
        person = assessing_steps.person(login)
        db.session.add(TraineeRow(batch_id=batch.id, person_id=person, enrolment_number=f"E-{login}", attendance="92"))
    db.session.commit()
    row = steps.assessed_today(site, batch.id)
    delivery.start(site.actor("trainee"), _entry(row, "trainee").id, now=now())
    rosters.check_roster(site.actor("centre"), batch.id, file_name="late.csv", content=FAULTY, now=now())


def _entry(row: AssessmentRow, login: str) -> CandidateRow:
    return next(entry for entry in row.candidates if entry.trainee.person.login == login)


@pytest.mark.parametrize("login", ROLES)
def test_each_page_of_a_role_is_accessible(browser_of, login: str) -> None:
    also, must_come_to = ROLES[login]
    page = browser_of(login)
    faults, kinds = [], set()
    for kind in walk(page, ["/", *also], SKIPPED.get(login, SHARED | READ)):
        kinds.add(kind)
        faults += examine(page)
    assert not faults, "\n".join(faults)
    assert must_come_to <= kinds


def test_each_page_for_anybody_is_accessible(browser_of, console) -> None:
    console.expect("status of 422")  # a form that is sent empty
    page = browser_of()
    faults = [fault for _ in walk(page, ["/sign-in"]) for fault in examine(page)]
    page.goto("/sign-in")
    steps.press(page, "Sign in")
    page.get_by_text("Type your user name").wait_for()
    faults += examine(page)
    assert not faults, "\n".join(faults)


def test_a_page_with_faults_is_not_called_accessible(browser_of) -> None:
    page = browser_of()
    page.set_content("<html lang='en'><main><h1>A</h1><h1>B</h1><img src='data:,'><p>" + "wide" * 200)
    found = "\n".join(examine(page))
    for words in ("image-alt", "2 main headings", "has no title", "px wide"):
        assert words in found
