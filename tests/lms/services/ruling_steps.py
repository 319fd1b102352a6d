"""Steps of a ruling that several tests walk: a second person of the council, a released assessment, an item of it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from lms.extensions import db
from lms.permissions import Actor
from lms.records.keys import keys_of_items
from lms.records.papers import paper_of
from lms.services import accounts, approval, drawing, jobs, people, rulings
from lms.tables.assessing import AssessmentRow, CandidateRow, PaperRow
from lms.tables.content import ItemVersionRow
from lms.tables.jobs import JobRow, JobState
from lms.tables.people import PersonRow, Role, RoleGrantRow
from lms.tables.rulings import ItemRulingRow
from tests import world
from tests.lms.services import assessing_steps as steps
from tests.states import once

NOW = steps.AFTER + timedelta(days=1)
WHY = "The stem leaves out half of the rule."
ActorOf = Callable[[str], Actor]


def second() -> Actor:
    """Another person of the first council."""
    row = db.session.query(PersonRow).filter_by(login="council-b").one_or_none()
    if row is None:
        row = people.new_person(
            name="Council B", login="council-b", email="", phone="", password=world.PASSWORD, now=world.DAY
        )
        row.must_change_password = False
        db.session.add(row)
        db.session.flush()
        grant = RoleGrantRow(person_id=row.id, role=Role.COUNCIL_STAFF, organisation_id=steps.organisation("ASC"))
        db.session.add(grant)
        db.session.commit()
    return accounts.actor_of(row)


def paper(candidate: CandidateRow):
    return paper_of(db.session.query(PaperRow).filter_by(candidate_id=candidate.id).one())


def item_of(candidate: CandidateRow, place: int = 0) -> ItemVersionRow:
    """An item on the candidate's paper."""
    line = paper(candidate).lines[place]
    return db.session.query(ItemVersionRow).filter_by(code=line.item, version=line.version).one()


def key_of(item: ItemVersionRow) -> str:
    return keys_of_items({item.code})[item.code, item.version].right


def wrong_option(item: ItemVersionRow) -> str:
    return next(option for option in "ABCD" if option != key_of(item))


@once
def submitted(actor: ActorOf, *, share: str = "1", right: bool = False) -> AssessmentRow:
    """An assessment whose candidates answered everything wrong (or right) and got that share in the practical."""
    row = steps.drawn(actor)
    refs = drawing.material_of(row).scheme.practical_refs
    for candidate in row.candidates:
        steps.sit(candidate, right=right, at=row.opens_at)
        steps.score(candidate, refs, share)
    approval.submit(actor("assessor"), row.id, now=steps.AFTER)
    return row


@once
def released(actor: ActorOf, *, share: str = "1", right: bool = False) -> AssessmentRow:
    """The same, with its results released."""
    row = submitted(actor, share=share, right=right)
    approval.verify(actor("agency"), row.id, now=steps.AFTER)
    approval.approve(actor("council"), row.id, now=steps.AFTER)
    approval.release(actor("council"), row.id, now=steps.AFTER)
    return row


def propose(actor: Actor, item: ItemVersionRow, policy: str = "full_marks", *options: str) -> ItemRulingRow:
    """Propose a ruling on the preview as it is."""
    item_id = item.id
    seen = rulings.preview_of(actor, item_id, policy=policy, options=options).sha256
    return rulings.propose(actor, item_id, policy=policy, options=options, reason=WHY, seen=seen, now=NOW)


def confirm(row: ItemRulingRow, *, now: datetime = NOW) -> int | None:
    """Confirm it as the second person, and do the work."""
    job_id = rulings.confirm(second(), row.id, seen=row.preview_sha256, now=now)
    work()
    return job_id


def work() -> None:
    """Correct what waits to be corrected; printing is not done here."""
    for job in db.session.query(JobRow).filter_by(kind=rulings.KIND, state=JobState.QUEUED).all():
        jobs.run_job(job.id, lambda: NOW)
        db.session.expire_all()
        assert db.session.get_one(JobRow, job.id).state == JobState.DONE, [i.error for i in job.items]
