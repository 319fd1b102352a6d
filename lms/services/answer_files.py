"""Answers that come in as a file, when the network did not come back at a device. It never reaches a key."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from assessments.words import Message
from lms.extensions import begin_reading, db
from lms.permissions import Actor
from lms.records.answer_files import FiledAnswers, FiledEvent, NotAnAnswerFile, SealedFile, open_sealed, read_sealed
from lms.services import answer_log, delivery, history
from lms.services.answer_file_key import site_key
from lms.services.answer_log import MOST_AT_ONCE, Refused, SentAnswer
from lms.services.errors import Faulty, NotAllowed
from lms.services.invigilation import get_room
from lms.services.sitting_tokens import ATTEMPT, Bearer, read_token
from lms.tables.assessing import AssessmentRow, CandidateRow
from lms.tables.attempts import AnswerEventRow, AttemptRow

_SUSPENDED = Message(
    "The candidate’s account is suspended, so no more of this file was taken. Keep it: once the account is restored "
    "the answers can be brought in."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenIn:
    """What a file came to: answers that were new, those the server had, and those kept for a person to decide."""

    candidate: CandidateRow
    new: int
    known: int
    refused: tuple[Refused, ...]


def take_in(actor: Actor, assessment_id: int, content: bytes, *, now: datetime) -> TakenIn:
    """Bring the answers of a file in by the same rules as those that came over the network; twice does nothing more.

    Raises Absent for an assessment the actor has no part in, and Faulty for what is no file of one of its candidates.
    """
    begin_reading()  # a large file takes a while, and answers are saved meanwhile
    assessment = get_room(actor, assessment_id)
    try:
        file = read_sealed(content)
        attempt = _attempt_of(assessment, file)
        key = site_key()
        filed = open_sealed(file, key.private, key.id)
        _require_own_page(attempt, filed)
    except NotAnAnswerFile as fault:
        raise Faulty(fault.words) from fault
    candidate = attempt.candidate
    person_id, before = candidate.trainee.person_id, _count(attempt.id)
    try:
        refused = _keep(person_id, attempt.id, filed, now)
    except NotAllowed as fault:
        raise Faulty(_SUSPENDED) from fault
    finally:  # what was taken before a refusal was taken, and the history tells of it
        new = _count(attempt.id) - before
        if new:
            done = Message("took %(count)s answers in from a file", {"count": str(new)})
            history.record(actor, "candidate", candidate.id, done, now=now)
            db.session.commit()
    return TakenIn(candidate=candidate, new=new, known=len(filed.events) - new, refused=refused)


def _attempt_of(assessment: AssessmentRow, file: SealedFile) -> AttemptRow:
    """The attempt that a file names, of this very assessment and candidate."""
    query = select(AttemptRow).join(CandidateRow, CandidateRow.id == AttemptRow.candidate_id)
    row = db.session.scalar(
        query.where(AttemptRow.id == int(file.sitting), CandidateRow.assessment_id == assessment.id)
    )
    if row is None:
        facts = {"number": file.number, "code": assessment.code}
        raise NotAnAnswerFile(
            Message("This file is of candidate %(number)s, whose exam is none of %(code)s. Nothing was taken.", facts)
        )
    if row.candidate.number != file.number:
        raise NotAnAnswerFile(Message("This file names one candidate and holds another one's exam. Nothing was taken."))
    return row


def _require_own_page(attempt: AttemptRow, filed: FiledAnswers) -> None:
    """The site's public key is everybody's: only the token says that the candidate's own page made the file."""
    proven = read_token(filed.token)
    own = Bearer(kind=ATTEMPT, sitting_id=attempt.id, person_id=attempt.candidate.trainee.person_id)
    if proven != own:
        facts = {"number": attempt.candidate.number}
        raise NotAnAnswerFile(
            Message("This file was not saved by the exam page of candidate %(number)s. Nothing was taken.", facts)
        )


def _keep(person_id: int, attempt_id: int, filed: FiledAnswers, now: datetime) -> tuple[Refused, ...]:
    """Hand the events over in portions, each of one turn of the exam."""
    db.session.commit()  # what is kept below has transactions of its own
    desk, refused = delivery.get_desk(person_id, attempt_id), []
    for epoch in sorted({event.epoch for event in filed.events}):
        sent = [_sent(event) for event in filed.events if event.epoch == epoch]
        for portion in _portions(sent):
            kept = answer_log.keep(desk, device=filed.device, epoch=epoch or None, sent=portion, now=now)
            refused += kept.refused
    return tuple(refused)


def _portions(sent: Sequence[SentAnswer]) -> list[Sequence[SentAnswer]]:
    return [sent[start : start + MOST_AT_ONCE] for start in range(0, len(sent), MOST_AT_ONCE)]


def _sent(event: FiledEvent) -> SentAnswer:
    return SentAnswer(
        seq=event.seq,
        number=event.number,
        place=event.place,
        anchor_at=event.anchor_at,
        elapsed_ms=event.elapsed_ms,
        wall_at=event.wall_at,
    )


def _count(attempt_id: int) -> int:
    return db.session.query(AnswerEventRow).filter_by(attempt_id=attempt_id).count()
