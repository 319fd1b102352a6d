"""What an invigilator does in the exam room: who is here, incidents, ending an attempt. Each act again is nothing."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from assessments.attempts import HandedInBy
from assessments.words import Message
from lms.extensions import db
from lms.permissions import Actor
from lms.services import assessing, delivery, history, presence, sittings
from lms.services.errors import Conflict
from lms.services.exam_room import get_open_room, get_room, list_chosen
from lms.services.invigilation import SentBefore, Who, list_attempts, require_reason
from lms.services.reasons import checked_words
from lms.tables.assessing import AssessmentRow, CandidateRow, CandidateStatus
from lms.tables.room_log import IdentityCheckRow, IncidentCandidateRow, IncidentRow

LEAST_NOTE, MOST_NOTE = 5, 1000
WRITE_NOTE = Message("Say what happened, in %(least)s to %(most)s characters.")


def confirm_identity(actor: Actor, assessment_id: int, candidate_ids: Collection[int], *, now: datetime) -> int:
    """Candidates are here and are who they say; who was marked absent is taken in again. Returns how many are new."""
    row = get_open_room(actor, assessment_id)
    chosen = list_chosen(row, candidate_ids)
    done = Message("checked the identity of %(name)s (%(number)s): present")
    checked = _add_checks(actor, row, chosen, done, is_confirmed=True, now=now)
    for candidate in chosen:
        if candidate.status == CandidateStatus.ABSENT:
            presence.set_status(actor, row, candidate, CandidateStatus.ENTERED, now=now)
    _commit()
    return checked


def withdraw_identity(actor: Actor, assessment_id: int, candidate_id: int, *, now: datetime) -> None:
    """Take a check of identity back; the check stays in the log."""
    row = get_open_room(actor, assessment_id)
    done = Message("took back the identity check of %(name)s (%(number)s)")
    _add_checks(actor, row, list_chosen(row, [candidate_id]), done, is_confirmed=False, now=now)
    _commit()


def mark_absent(actor: Actor, assessment_id: int, candidate_ids: Collection[int], *, now: datetime) -> int:
    """Mark candidates absent who have come to no part, leaving the others as they are; returns how many."""
    row = get_open_room(actor, assessment_id)
    if now < row.opens_at:
        raise presence.not_open_yet()
    came = presence.came_of(row)
    chosen = list_chosen(row, candidate_ids)
    gone = [one for one in chosen if one.status == CandidateStatus.ENTERED and one.id not in came]
    for candidate in gone:
        presence.set_status(actor, row, candidate, CandidateStatus.ABSENT, now=now)
    if not gone and len(chosen) == 1 and chosen[0].id in came:
        raise presence.has_begun(chosen[0])
    db.session.commit()
    return len(gone)


def end_attempts(actor: Actor, assessment_id: int, candidate_ids: Collection[int], *, why: str, now: datetime) -> int:
    """Hand in for candidates, with the reason; what is over already stays as it is. Returns how many were ended.

    Answers given before this moment count when they arrive later, as if the candidate had handed in.
    """
    row = get_open_room(actor, assessment_id)
    reason, ended = require_reason(why), 0
    done = Message("ended the exam of %(name)s (%(number)s)")
    people = {one.id: one for one in list_chosen(row, candidate_ids)}
    for attempt in list_attempts(row, Who(candidate_ids=tuple(people)), hold=True):
        # Not closed yet it is over all the same, and may get more time, which what a person has ended may not.
        if delivery.is_over(attempt, now):
            continue
        rules = delivery.rules_of(attempt.candidate)
        if sittings.hand_in(attempt, rules, delivery.LOG, now, by=HandedInBy.ROOM).is_new:
            presence.record(actor, row, people[attempt.candidate_id], done, now, reason)
            ended += 1
    db.session.commit()
    return ended


def note_incident(
    actor: Actor, assessment_id: int, candidate_ids: Collection[int], *, text: str, key: str, now: datetime
) -> IncidentRow:
    """Write down what happened, about some candidates or, naming none, about the assessment; once for a key.

    Another text under the same key, or about others, raises SentBefore.
    """
    row = get_room(actor, assessment_id)
    words = checked_words(text, LEAST_NOTE, MOST_NOTE, WRITE_NOTE)
    if again := _find_incident(row.id, key, words, candidate_ids):
        return again
    chosen = list_chosen(row, candidate_ids) if candidate_ids else []
    incident = IncidentRow(assessment_id=row.id, text=words, by_id=actor.person_id, at=now, key=key)
    incident.about = [IncidentCandidateRow(candidate_id=one.id) for one in chosen]
    db.session.add(incident)
    for candidate in chosen:
        presence.record(actor, row, candidate, Message("noted an incident about %(name)s (%(number)s)"), now, words)
    if not chosen:
        history.record(actor, assessing.THING, row.id, Message("noted an incident"), now=now, why=words)
    try:
        db.session.commit()
    except IntegrityError:  # the same form, sent twice at once
        db.session.rollback()
        if again := _find_incident(assessment_id, key, words, candidate_ids):
            return again
        raise
    return incident


def _find_incident(assessment_id: int, key: str, words: str, candidate_ids: Collection[int]) -> IncidentRow | None:
    """The note that this very form made before."""
    found = db.session.scalar(select(IncidentRow).filter_by(assessment_id=assessment_id, key=key))
    if found is not None and (found.text, {one.candidate_id for one in found.about}) != (words, set(candidate_ids)):
        db.session.rollback()
        raise SentBefore
    return found


def _add_checks(
    actor: Actor,
    row: AssessmentRow,
    chosen: Sequence[CandidateRow],
    done: Message,
    *,
    is_confirmed: bool,
    now: datetime,
) -> int:
    """Add a check to each candidate whose last one says something else; returns how many."""
    last, changed = _last_checks(one.id for one in chosen), 0
    for candidate in chosen:
        number, stands = last.get(candidate.id, (0, False))
        if stands == is_confirmed:
            continue
        facts = {"candidate_id": candidate.id, "number": number + 1, "by_id": actor.person_id, "at": now}
        db.session.add(IdentityCheckRow(is_confirmed=is_confirmed, **facts))
        presence.record(actor, row, candidate, done, now)
        changed += 1
    return changed


def _last_checks(candidate_ids: Iterable[int]) -> dict[int, tuple[int, bool]]:
    """The number of the last check of each candidate, and what it says."""
    checks = select(IdentityCheckRow.candidate_id, IdentityCheckRow.number, IdentityCheckRow.is_confirmed)
    checks = checks.where(IdentityCheckRow.candidate_id.in_(list(candidate_ids))).order_by(IdentityCheckRow.number)
    return {candidate: (number, stands) for candidate, number, stands in db.session.execute(checks)}


def _commit() -> None:
    try:
        db.session.commit()
    except IntegrityError as fault:  # somebody else checked the same candidate in this moment
        db.session.rollback()
        raise Conflict(Message("Somebody else has just done this. Look at the list again.")) from fault
