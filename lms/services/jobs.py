"""Long work as rows: added with the change that needs it, done unit by unit, resumed where it stopped."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from importlib import import_module

from sqlalchemy import func, or_, select, update

from assessments.words import Message
from lms.extensions import db
from lms.permissions import Actor
from lms.services.errors import Absent
from lms.tables.jobs import JobItemRow, JobRow, JobState

Unit = Callable[[int, str, datetime], None]
# A kind of work: its words, and the function that does one unit of it (thing, key, now) and may be called twice.
KINDS: dict[str, tuple[Message, str]] = {
    "certificates": (Message("Printing certificates", {}), "lms.services.certification:print_certificate"),
    "coverage": (Message("Printing the coverage of a pack", {}), "lms.web.page_prints:print_coverage"),
    "draw": (Message("Drawing papers and practicals", {}), "lms.services.drawing:draw_unit"),
    "handbook": (Message("Printing a handbook", {}), "lms.web.learning.handbooks:print_handbook"),
    "key_sheets": (Message("Printing sealed key sheets", {}), "lms.web.printed_papers:print_key_sheets"),
    "manifest": (Message("Printing a manifest", {}), "lms.web.printouts:print_manifest"),
    "papers": (Message("Printing papers of an exam", {}), "lms.web.printed_papers:print_part"),
    "record": (Message("Printing the record of a level", {}), "lms.web.page_prints:print_record"),
    "report": (Message("Printing a report on a job role", {}), "lms.web.page_prints:print_report"),
    "rulings": (Message("Correcting results after a ruling", {}), "lms.services.rulings:apply_to_assessment"),
}
STALE = timedelta(minutes=3)
OPEN = (JobState.QUEUED, JobState.RUNNING)


def add_job(actor: Actor, kind: str, thing_id: int, keys: Sequence[str], *, now: datetime) -> JobRow:
    """Add work in the caller's transaction; a worker finds it after the commit."""
    job = JobRow(kind=kind, thing_id=thing_id, requested_by=actor.person_id, created_at=now)
    job.items = [JobItemRow(key=key) for key in keys]
    db.session.add(job)
    db.session.flush()
    return job


def get_job(actor: Actor, job_id: int) -> JobRow:
    """Work that the actor asked for; raises Absent."""
    job = db.session.scalar(select(JobRow).filter_by(id=job_id, requested_by=actor.person_id))
    if job is None:
        raise Absent
    return job


def find_newest(kind: str, thing_id: int, *, unfinished: bool = False) -> JobRow | None:
    """The newest job of a kind on a thing, for who may see the thing; `unfinished`: one that waits or runs."""
    query = select(JobRow).filter_by(kind=kind, thing_id=thing_id)
    if unfinished:
        query = query.where(JobRow.state.in_(OPEN))
    return db.session.scalar(query.order_by(JobRow.id.desc()).limit(1))


def words_of(job: JobRow) -> Message:
    """What kind of work it is."""
    return KINDS[job.kind][0]


def cancel_job(actor: Actor, job_id: int, *, now: datetime) -> None:
    """Stop work after the unit that is being done; what is done stays done."""
    job = get_job(actor, job_id)
    open_now = update(JobRow).where(JobRow.id == job.id, JobRow.state.in_(OPEN))
    db.session.execute(open_now.values(state=JobState.CANCELLED, finished_at=now))
    db.session.commit()


def resume_job(actor: Actor, job_id: int) -> None:
    """Queue again what was cancelled or failed; only units not done are done."""
    job = get_job(actor, job_id)
    again = update(JobItemRow).where(JobItemRow.job_id == job.id, JobItemRow.state == JobState.FAILED)
    db.session.execute(again.values(state=JobState.QUEUED, error=""))
    ended = update(JobRow).where(JobRow.id == job.id, JobRow.state.in_((JobState.CANCELLED, JobState.FAILED)))
    db.session.execute(ended.values(state=JobState.QUEUED, finished_at=None, message=""))
    db.session.commit()


def list_due(now: datetime) -> Sequence[int]:
    """Work that nobody does: queued, or running with no sign of life for a while."""
    silent = (JobRow.state == JobState.RUNNING) & (JobRow.beat_at < now - STALE)
    return db.session.scalars(select(JobRow.id).where(or_(JobRow.state == JobState.QUEUED, silent))).all()


def run_job(job_id: int, clock: Callable[[], datetime]) -> None:
    """Do a job's open units, each in its own transaction. Called again, it goes on where it stopped."""
    if not _take(job_id, clock()):
        return
    kind = db.session.get_one(JobRow, job_id).kind
    module, _, name = KINDS[kind][1].partition(":")
    unit: Unit = getattr(import_module(module), name)
    while (item := _next_item(job_id)) is not None and _is_running(job_id, clock()):
        _do(item.id, unit, clock)
    _finish(job_id, clock())


def _take(job_id: int, now: datetime) -> bool:
    stale = (JobRow.state == JobState.RUNNING) & (JobRow.beat_at < now - STALE)
    free = update(JobRow).where(JobRow.id == job_id, or_(JobRow.state == JobState.QUEUED, stale))
    taken = db.session.execute(free.values(state=JobState.RUNNING, beat_at=now)).rowcount == 1
    db.session.commit()
    return taken


def _next_item(job_id: int) -> JobItemRow | None:
    return db.session.scalar(
        select(JobItemRow).filter_by(job_id=job_id, state=JobState.QUEUED).order_by(JobItemRow.id).limit(1)
    )


def _is_running(job_id: int, now: datetime) -> bool:
    beat = update(JobRow).where(JobRow.id == job_id, JobRow.state == JobState.RUNNING).values(beat_at=now)
    running = db.session.execute(beat).rowcount == 1
    db.session.commit()
    return running


def _do(item_id: int, unit: Unit, clock: Callable[[], datetime]) -> None:
    item = db.session.get_one(JobItemRow, item_id)
    thing_id = db.session.get_one(JobRow, item.job_id).thing_id
    try:
        unit(thing_id, item.key, clock())
        state, error = JobState.DONE, ""
    except Exception as fault:
        db.session.rollback()
        state, error = JobState.FAILED, str(fault)[:500]
    db.session.execute(update(JobItemRow).filter_by(id=item_id).values(state=state, error=error))
    db.session.commit()


def _finish(job_id: int, now: datetime) -> None:
    left = (
        select(func.count())
        .select_from(JobItemRow)
        .where(JobItemRow.job_id == job_id, JobItemRow.state == JobState.QUEUED)
    )
    if db.session.scalar(left):
        return
    failed = (
        select(func.count())
        .select_from(JobItemRow)
        .where(JobItemRow.job_id == job_id, JobItemRow.state == JobState.FAILED)
    )
    state = JobState.FAILED if db.session.scalar(failed) else JobState.DONE
    running = update(JobRow).where(JobRow.id == job_id, JobRow.state == JobState.RUNNING)
    db.session.execute(running.values(state=state, finished_at=now))
    db.session.commit()
