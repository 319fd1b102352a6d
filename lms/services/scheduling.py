"""Scheduling: who of a batch can be entered, and a new assessment with its candidates, proposed to an agency."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from assessments.model import AssessmentScheme, MarksStatus
from assessments.randomness import stream_for
from assessments.words import Message
from lms.extensions import db
from lms.permissions import Actor
from lms.records.content import scheme_of
from lms.services import assessing, commitments, history, takings
from lms.services.entries import Entry, LeftOut, again_entries, first_entries
from lms.services.errors import Absent, Conflict, Faulty
from lms.tables.assessing import AssessmentRow, CandidateRow
from lms.tables.content import ContentState, SchemeVersionRow
from lms.tables.marking import ReassessmentRow
from lms.tables.people import OrganisationKind, OrganisationRow, Role, Standing
from lms.tables.training import BatchRow, TraineeRow

MAX_EXTRA_MINUTES = 240
# Letters and digits that cannot be misread, for the end of a candidate's number.
_LETTERS = "ACDEFGHJKLMNPQRTUVWXY34679"


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Who of a batch can be entered, and who is left out with the reason."""

    batch: BatchRow
    scheme_row: SchemeVersionRow
    scheme: AssessmentScheme
    entries: tuple[Entry, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def units_differ(self) -> bool:
        """Whether somebody is not assessed in all units of the scheme."""
        return any(len(entry.units) < len(self.scheme.units) for entry in self.entries)


def list_batches(actor: Actor) -> Sequence[BatchRow]:
    """The batches of the council's centres that have trainees, the latest first."""
    query = select(BatchRow).join(BatchRow.centre).where(OrganisationRow.council_id.in_(_councils(actor)))
    query = query.where(select(TraineeRow.id).where(TraineeRow.batch_id == BatchRow.id).exists())
    return db.session.scalars(query.order_by(BatchRow.ends_on.desc(), BatchRow.code)).all()


def list_agencies(actor: Actor) -> Sequence[OrganisationRow]:
    """The active agencies of the council's register."""
    query = select(OrganisationRow).filter_by(kind=OrganisationKind.AGENCY, standing=Standing.ACTIVE)
    query = query.where(OrganisationRow.council_id.in_(_councils(actor)))
    return db.session.scalars(query.order_by(OrganisationRow.name)).all()


def get_agency(actor: Actor, agency_id: int) -> OrganisationRow:
    """An active agency of the council's register; raises Faulty for any other."""
    row = next((row for row in list_agencies(actor) if row.id == agency_id), None)
    if row is None:
        raise Faulty(Message("Choose an active agency of your register."))
    return row


def get_roster(actor: Actor, batch_id: int, *, again: bool) -> Roster:
    """Who of a batch can be entered for first attempts, or again; raises Absent for other councils' batches."""
    query = select(BatchRow).join(BatchRow.centre).where(OrganisationRow.council_id.in_(_councils(actor)))
    batch = db.session.scalar(query.where(BatchRow.id == batch_id))
    if batch is None:
        raise Absent
    row = _newest_scheme(batch.pack_version_id)
    if again:
        entries, left_out, own = again_entries(batch)
        row = own or row
    else:
        entries, left_out = first_entries(batch, scheme_of(row))
    return Roster(batch=batch, scheme_row=row, scheme=scheme_of(row), entries=tuple(entries), left_out=tuple(left_out))


def schedule(  # noqa: PLR0913 -- what an assessment is made of
    actor: Actor,
    *,
    batch_id: int,
    agency_id: int,
    again: bool,
    opens_at: datetime,
    closes_at: datetime,
    extra_minutes: Mapping[int, int],
    now: datetime,
    seed: bytes | None = None,
) -> AssessmentRow:
    """Propose an assessment of all who can be entered; `extra_minutes` is by trainee. Raises Faulty or Conflict.

    Who cannot be assessed again on the day it opens keeps waiting for another one.
    `seed` is given only where candidates' numbers and the council's secret must be the same each time, as in the demo.
    """
    # The batch is locked, so that two councils' desks cannot enter the same trainees twice.
    db.session.execute(select(BatchRow.id).where(BatchRow.id == batch_id).with_for_update())
    roster = get_roster(actor, batch_id, again=again)
    if not roster.entries:
        raise Faulty(Message("Nobody can be entered; the reasons stand beside the names."))
    entries = _held_on(roster.entries, opens_at)
    agency = get_agency(actor, agency_id)
    extra = {entry.trainee.id: check_extra(extra_minutes.get(entry.trainee.id, 0)) for entry in entries}
    _check_times(opens_at, closes_at, roster.scheme.theory.minutes + max(extra.values()), now)
    row = AssessmentRow(
        code=_next_code(now),
        batch_id=batch_id,
        council_id=roster.batch.centre.council_id,
        agency_id=agency.id,
        pack_version_id=roster.batch.pack_version_id,
        scheme_version_id=roster.scheme_row.id,
        opens_at=opens_at,
        closes_at=closes_at,
        is_specimen=roster.scheme.specimen,
        created_at=now,
    )
    db.session.add(row)
    _flush()
    _enter(row, entries, extra, seed or secrets.token_bytes(32))
    commitments.make_secret(actor, row, assessing.Side.COUNCIL, now=now, seed=seed)
    facts = {"agency": agency.name, "candidates": str(len(entries))}
    done = Message("scheduled the assessment of %(candidates)s candidates and asked %(agency)s to assess", facts)
    history.record(actor, assessing.THING, row.id, done, now=now)
    db.session.commit()
    return row


def propose_to(actor: Actor, assessment_id: int, agency_id: int, *, now: datetime) -> None:
    """After a decline: ask another agency, or the same one again. Doing it twice is doing it once."""
    row = assessing.get_assessment(actor, assessment_id)
    agency = get_agency(actor, agency_id)
    if assessing.make_move(actor, row, "propose", now=now, facts={"agency": agency.name}):
        row.agency_id = agency.id
        row.assessors.clear()
        db.session.commit()
    elif row.agency_id != agency.id:
        raise assessing.moved_on()


def answer(
    actor: Actor, assessment_id: int, act: str, *, why: str = "", now: datetime, seed: bytes | None = None
) -> None:
    """The agency's answer, `accept` or `decline`; a decline needs a reason. Who accepts has a secret made for the draw.

    `seed` is given only where the agency's secret must be the same each time, as in the demo.
    """
    row = assessing.get_assessment(actor, assessment_id)
    if assessing.make_move(actor, row, act, now=now, why=why):
        if act == "accept":
            commitments.make_secret(actor, row, assessing.Side.AGENCY, now=now, seed=seed)
        db.session.commit()


def _held_on(entries: Sequence[Entry], opens_at: datetime) -> Sequence[Entry]:
    """Those who can be assessed on the day it opens; raises Faulty with somebody's days when nobody can."""
    held = [entry for entry in entries if entry.may_be_held(opens_at)]
    if held:
        return held
    name, check = entries[0].trainee.person.name, entries[0].check
    if check is None or check.hold_by is None:
        raise Faulty(Message("Nobody can be entered; the reasons stand beside the names."))
    if check.hold_from is None:
        facts = {"name": name, "last": check.hold_by}
        raise Faulty(Message("%(name)s can be assessed again until %(last)s. Choose an earlier day.", facts))
    facts = {"name": name, "first": check.hold_from, "last": check.hold_by}
    raise Faulty(Message("%(name)s can be assessed again from %(first)s to %(last)s. Choose such a day.", facts))


def _enter(row: AssessmentRow, entries: Sequence[Entry], extra: Mapping[int, int], seed: bytes) -> None:
    for entry, number in zip(entries, _numbers(row.code, len(entries), seed), strict=True):
        candidate = CandidateRow(
            assessment_id=row.id,
            trainee_id=entry.trainee.id,
            number=number,
            attempt_number=entry.attempt_number,
            extra_minutes=extra[entry.trainee.id],
            chosen=entry.chosen,
        )
        db.session.add(candidate)
        _flush()
        if entry.retake is not None:
            takings.carry(candidate.id, entry.retake)
        if entry.request is not None:
            taken = update(ReassessmentRow).filter_by(id=entry.request.id, next_candidate_id=None)
            if not db.session.execute(taken.values(next_candidate_id=candidate.id)).rowcount:  # type: ignore[attr-defined]
                db.session.rollback()
                raise _meanwhile()


def _numbers(code: str, candidates: int, seed: bytes) -> Iterator[str]:
    """`A26-0007-012-KX4`: the assessment, the place on its list, and three letters nobody can work out."""
    _, year, serial = code.split("-")
    letters = stream_for(seed, "numbers", code)
    for place in range(1, candidates + 1):
        end = "".join(_LETTERS[letters.below(len(_LETTERS))] for _ in range(3))
        yield f"A{year[2:]}-{serial}-{place:03}-{end}"


def _next_code(now: datetime) -> str:
    start = f"A-{now.year}-"
    query = select(AssessmentRow.code).where(AssessmentRow.code.startswith(start, autoescape=True))
    last = db.session.scalar(query.order_by(func.length(AssessmentRow.code).desc(), AssessmentRow.code.desc()).limit(1))
    return f"{start}{int(last.removeprefix(start)) + 1 if last else 1:04}"


def _newest_scheme(pack_version_id: int) -> SchemeVersionRow:
    query = select(SchemeVersionRow).filter_by(pack_version_id=pack_version_id, state=ContentState.PUBLISHED)
    row = db.session.scalar(query.order_by(SchemeVersionRow.number.desc()).limit(1))
    if row is None or row.marks_status == MarksStatus.MISSING:
        raise Conflict(Message("The pack has no published scheme with marks. Publish one, then schedule."))
    return row


def _check_times(opens_at: datetime, closes_at: datetime, minutes: int, now: datetime) -> None:
    if opens_at < now.replace(second=0, microsecond=0):
        raise Faulty(Message("The assessment would open in the past. Choose a later day or time."))
    if closes_at <= opens_at:
        raise Faulty(Message("It must close after it opens."))
    if closes_at - opens_at < timedelta(minutes=minutes):
        facts = {"minutes": str(minutes)}
        raise Faulty(Message("The theory lasts %(minutes)s minutes with extra time; leave at least as long.", facts))


class FaultyExtraTime(Faulty):
    """Extra minutes that cannot be given to a candidate."""


def check_extra(minutes: int) -> int:
    """Extra minutes that can be given; raises FaultyExtraTime for others."""
    if not 0 <= minutes <= MAX_EXTRA_MINUTES:
        most = {"most": str(MAX_EXTRA_MINUTES)}
        raise FaultyExtraTime(Message("Extra time is from 0 to %(most)s minutes.", most))
    return minutes


def _councils(actor: Actor) -> frozenset[int]:
    return actor.organisations(Role.COUNCIL_STAFF)


def _flush() -> None:
    try:
        db.session.flush()
    except IntegrityError as fault:
        db.session.rollback()
        raise _meanwhile() from fault


def _meanwhile() -> Conflict:
    return Conflict(Message("Another assessment was scheduled at the same moment. Look at the list, then try again."))
