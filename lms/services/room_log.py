"""The log of an exam room: what was done to its candidates, what their devices told, and what was noted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from assessments.words import Message
from lms.extensions import db
from lms.services import history
from lms.services.seats import LEFT, SECOND_DEVICE, SECOND_TAB
from lms.tables.assessing import AssessmentRow, CandidateRow
from lms.tables.attempts import AttemptRow
from lms.tables.history import HistoryRow
from lms.tables.invigilation import IntegrityEventRow
from lms.tables.people import PersonRow
from lms.tables.room_log import IncidentCandidateRow, IncidentRow
from lms.tables.training import TraineeRow

TOLD = {
    LEFT: Message("the device: left the exam page"),
    "returned": Message("the device: came back to the exam page"),
    SECOND_TAB: Message("the device: the exam was opened in a second tab"),
    "storage_lost": Message("the device: what it keeps was taken away, and the page wrote it again"),
    SECOND_DEVICE: Message("the device: opened on another device"),
}
OTHER = Message("the device: %(kind)s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that happened; `number` and `candidate` are empty where it is about the whole assessment.

    It `is_told` where a device told it: a sign to look, by which nothing was decided.
    """

    at: datetime
    number: str = ""
    candidate: str = ""
    what: Message
    detail: str = ""
    by: str = ""
    is_told: bool = False


def list_log(row: AssessmentRow) -> Sequence[Entry]:
    """All entries of an assessment that was loaded through the person, oldest first; three statements."""
    return sorted([*_acts(row.id), *_told(row.id), *_notes(row.id)], key=lambda entry: entry.at)


def list_told(attempt_id: int) -> Sequence[tuple[datetime, Message]]:
    """What the devices of an attempt told, the newest first."""
    query = select(IntegrityEventRow).filter_by(attempt_id=attempt_id).order_by(IntegrityEventRow.id.desc())
    return [(event.at, words_of(event)) for event in db.session.scalars(query)]


def list_incidents(row: AssessmentRow, candidate_id: int | None = None) -> Sequence[IncidentRow]:
    """Incidents about a candidate, or those about the whole assessment; the newest first."""
    about = select(IncidentCandidateRow.incident_id)
    if candidate_id is None:
        query = select(IncidentRow).where(IncidentRow.id.not_in(about))
    else:
        query = select(IncidentRow).where(IncidentRow.id.in_(about.filter_by(candidate_id=candidate_id)))
    query = query.where(IncidentRow.assessment_id == row.id).order_by(IncidentRow.id.desc())
    return db.session.scalars(query.options(joinedload(IncidentRow.by))).all()


def words_of(event: IntegrityEventRow) -> Message:
    """What a device told, in words."""
    return TOLD.get(event.kind, Message(OTHER.template, {"kind": event.kind}))


def _acts(assessment_id: int) -> Sequence[Entry]:
    """What was done to the candidates; those acts stand in the assessment's own history too."""
    query = select(HistoryRow, CandidateRow.number, PersonRow.name)
    query = query.join(CandidateRow, CandidateRow.id == HistoryRow.thing_id).where(HistoryRow.thing == "candidate")
    return [
        Entry(
            at=act.at,
            number=number,
            candidate=name,
            what=history.words_of(act),
            detail=act.why,
            by=act.actor.name if act.actor else "",
        )
        for act, number, name in db.session.execute(_with_person(query, assessment_id))
    ]


def _told(assessment_id: int) -> Sequence[Entry]:
    query = select(IntegrityEventRow, CandidateRow.number, PersonRow.name)
    query = query.join(AttemptRow, AttemptRow.id == IntegrityEventRow.attempt_id)
    query = query.join(CandidateRow, CandidateRow.id == AttemptRow.candidate_id)
    return [
        Entry(at=event.at, number=number, candidate=name, what=words_of(event), detail=event.detail, is_told=True)
        for event, number, name in db.session.execute(_with_person(query, assessment_id))
    ]


def _notes(assessment_id: int) -> Sequence[Entry]:
    """Incidents about nobody by name."""
    alone = IncidentRow.id.not_in(select(IncidentCandidateRow.incident_id))
    query = select(IncidentRow).where(IncidentRow.assessment_id == assessment_id, alone)
    rows = db.session.scalars(query.options(joinedload(IncidentRow.by)))
    return [Entry(at=row.at, what=Message("noted an incident"), detail=row.text, by=row.by.name) for row in rows]


def _with_person(query: Select[Any], assessment_id: int) -> Select[Any]:
    query = query.join(TraineeRow, TraineeRow.id == CandidateRow.trainee_id)
    query = query.join(PersonRow, PersonRow.id == TraineeRow.person_id)
    return query.where(CandidateRow.assessment_id == assessment_id)
