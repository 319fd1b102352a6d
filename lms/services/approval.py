"""The mark sheet's way: submitted, verified, approved with its results decided, released; or sent back."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from assessments.decisions import Outcome, result_json
from assessments.model import unit_of
from assessments.words import Message
from curriculum.documents import canonical_json
from lms.extensions import db
from lms.permissions import Actor
from lms.services import assessing, certification, history, presence, sittings
from lms.services.assessing import Side
from lms.services.errors import Absent, Conflict
from lms.services.grading import CandidateMarks, grade_assessment
from lms.services.late_counts import count_undecided
from lms.tables.assessing import AssessmentRow, AssessmentState, CandidateRow, CandidateStatus
from lms.tables.attempts import AttemptRow
from lms.tables.history import HistoryRow
from lms.tables.marking import ResultRow
from lms.tables.training import TraineeState

NAMED = 6
# The mark sheet is for those who make it up to its verification, and then for the council too.
_MADE = frozenset({AssessmentState.DRAWN, AssessmentState.SUBMITTED})
_VERIFIED = frozenset({AssessmentState.VERIFIED, AssessmentState.APPROVED, AssessmentState.RELEASED})

# How the history names what was done.
_DONE = {act: move.done.template for act, move in assessing.MOVES.items()}
_SENT_BACK = {_DONE["return_to_assessor"], _DONE["return_to_agency"]}


@dataclass(frozen=True, slots=True, kw_only=True)
class NotReady:
    """Why a mark sheet cannot be submitted yet: everything, in words; and who has no practical at all."""

    reasons: tuple[Message, ...]
    no_practical: tuple[CandidateRow, ...]


class NotReadyToSubmit(Conflict):
    """The mark sheet lacks something; `reasons` says who lacks what."""

    def __init__(self, reasons: Sequence[Message]) -> None:
        super().__init__(Message("The mark sheet is not complete; what is missing stands below."))
        self.reasons = tuple(reasons)


def get_mark_sheet(
    actor: Actor, assessment_id: int, *, now: datetime
) -> tuple[AssessmentRow, tuple[CandidateMarks, ...]]:
    """The mark sheet, to those who may see it: agency and assessors once papers are drawn, the council once verified.

    Everybody else finds nothing there, the centre and the trainers too.
    """
    row = assessing.get_assessment(actor, assessment_id)
    if not may_see_marks(actor, row):
        raise Absent
    return row, grade_assessment(row, now)


def may_see_marks(actor: Actor, row: AssessmentRow) -> bool:
    """Whether the actor may see the mark sheet as things stand."""
    sides = assessing.sides_of(actor, row)
    makes_it = not sides.isdisjoint({Side.AGENCY, Side.ASSESSOR}) and row.state in _MADE | _VERIFIED
    return makes_it or (Side.COUNCIL in sides and row.state in _VERIFIED)


def list_history(actor: Actor, row: AssessmentRow) -> Sequence[HistoryRow]:
    """What was done to an assessment, newest first. Those who make or check the marks are told all of it.

    Others are never told why a mark sheet was sent back, and before the release not how many are competent.
    """
    rows = history.list_history(assessing.THING, row.id)
    if not assessing.sides_of(actor, row).isdisjoint({Side.AGENCY, Side.ASSESSOR, Side.COUNCIL}):
        return rows
    hidden = _SENT_BACK if row.state == AssessmentState.RELEASED else _SENT_BACK | {_DONE["approve"]}
    return [line for line in rows if line.what not in hidden]


def check_ready(row: AssessmentRow, lines: Sequence[CandidateMarks]) -> NotReady:
    """Everything that stands between an assessment and its mark sheet.

    Candidates who came to the theory and have no practical score at all can be confirmed as not having come to
    the practical; one who is scored in part has to be scored in full.
    """
    lines = [line for line in lines if not _is_settled(line)]
    reasons = [reason for line in lines if (reason := _why_not_ready(line))]
    no_practical = [line.candidate for line in lines if line.came and not line.at_practical]
    return NotReady(reasons=(*reasons, *list_undecided(row)), no_practical=tuple(no_practical))


def list_undecided(row: AssessmentRow) -> tuple[Message, ...]:
    """Whose answers came late, or from a device that was replaced, and wait for somebody's decision: in words."""
    waiting = count_undecided(row)
    if not waiting:
        return ()
    query = select(AttemptRow.id, CandidateRow).join(CandidateRow, CandidateRow.id == AttemptRow.candidate_id)
    query = query.where(AttemptRow.id.in_([number for number, count in waiting.items() if count]))
    entered = query.where(CandidateRow.status == CandidateStatus.ENTERED).order_by(CandidateRow.number)
    return tuple(
        Message(
            "%(name)s (%(number)s): %(answers)s answers came late and wait for a decision in the exam room",
            {**_named(candidate), "answers": str(waiting[attempt_id])},
        )
        for attempt_id, candidate in db.session.execute(entered)
    )


def submit(actor: Actor, assessment_id: int, *, no_practical: Collection[int] = (), now: datetime) -> None:
    """Submit the mark sheet to the agency. A second submit does nothing.

    `no_practical` are the candidates of whom the assessor says that they did not come to the practical. Raises
    NotReadyToSubmit with everything that is missing.
    """
    row = assessing.get_assessment(actor, assessment_id)
    if not assessing.make_move(actor, row, "submit", now=now):
        return
    lines = grade_assessment(row, now)
    check = check_ready(row, lines)
    unsaid = [candidate for candidate in check.no_practical if candidate.id not in no_practical]
    if check.reasons or unsaid:
        reasons = (*check.reasons, *(_no_practical(candidate) for candidate in unsaid))
        db.session.rollback()
        raise NotReadyToSubmit(reasons)
    for candidate in check.no_practical:
        done = Message("said that %(name)s (%(number)s) did not come to the practical")
        presence.record(actor, row, candidate, done, now)
    db.session.commit()


def verify(actor: Actor, assessment_id: int, *, now: datetime) -> None:
    """The agency's word that the mark sheet is right; raises NotReadyToSubmit while late answers wait."""
    row = assessing.get_assessment(actor, assessment_id)
    if assessing.make_move(actor, row, "verify", now=now):
        _require_decided(row)
        db.session.commit()


def send_back(actor: Actor, assessment_id: int, act: str, *, why: str, now: datetime) -> None:
    """`return_to_assessor` or `return_to_agency`, with the reason."""
    row = assessing.get_assessment(actor, assessment_id)
    if assessing.make_move(actor, row, act, now=now, why=why):
        sittings.unsettle(_attempts_of(row))
        db.session.commit()


def approve(actor: Actor, assessment_id: int, *, now: datetime) -> None:
    """Approve the mark sheet and decide every result; on the inputs of a result before it, nothing is decided anew.

    Answers that come later are kept and change no result, unless the mark sheet is sent back. Raises NotReadyToSubmit
    while late answers wait for a decision.
    """
    row = assessing.lock(assessing.get_assessment(actor, assessment_id))
    if assessing.is_to_move(actor, row, "approve"):
        sittings.settle(_attempts_of(row), now)
    lines = grade_assessment(row, now)
    competent = sum(line.result is not None and line.result.outcome is Outcome.COMPETENT for line in lines)
    facts = {"competent": str(competent), "candidates": str(len(lines))}
    if not assessing.make_move(actor, row, "approve", now=now, facts=facts):
        return
    _require_decided(row)
    newest = _newest_results([line.candidate.id for line in lines])
    for line in lines:
        _decide(line, newest.get(line.candidate.id), now)
    db.session.commit()


def release(actor: Actor, assessment_id: int, *, now: datetime) -> int | None:
    """Make the results visible to the centre and the trainees, and issue the certificates, in one transaction.

    Returns the job that prints the certificates, None when there is nothing to print or nothing happened.
    """
    row = assessing.get_assessment(actor, assessment_id)
    if not assessing.make_move(actor, row, "release", now=now):
        return None
    row.released_at = now
    for candidate in row.candidates:
        history.record(actor, "candidate", candidate.id, Message("released the result"), now=now)
    job = certification.issue_for_assessment(actor, row.id, now=now)
    db.session.commit()
    return job.id if job else None


def _attempts_of(row: AssessmentRow) -> Sequence[int]:
    query = select(AttemptRow.id).join(CandidateRow, CandidateRow.id == AttemptRow.candidate_id)
    return db.session.scalars(query.where(CandidateRow.assessment_id == row.id).order_by(AttemptRow.id)).all()


def _is_settled(line: CandidateMarks) -> bool:
    """Whether nothing is asked of a candidate any more."""
    dropped_out = line.candidate.trainee.state == TraineeState.DROPPED_OUT and not line.came
    return dropped_out or (line.candidate.status != CandidateStatus.ENTERED)


def _why_not_ready(line: CandidateMarks) -> Message | None:
    name = _named(line.candidate)
    if not line.came:
        return Message("%(name)s (%(number)s) has neither a paper nor a practical: mark absent", name)
    if line.missing and line.at_practical:
        facts = {**name, "refs": _shortened(line.missing)}
        return Message("%(name)s (%(number)s) is not scored in %(refs)s", facts)
    if line.may_write:
        return Message("%(name)s (%(number)s) can still write the paper", name)
    return None


def _shortened(refs: Sequence[str]) -> str:
    """The criteria by name while they are few, else their number in each unit."""
    if len(refs) <= NAMED:
        return ", ".join(refs)
    return ", ".join(f"{unit} ({number})" for unit, number in Counter(map(unit_of, refs)).items())


def _no_practical(candidate: CandidateRow) -> Message:
    return Message(
        "%(name)s (%(number)s) has no practical: score it, or say that the candidate did not come", _named(candidate)
    )


def _named(candidate: CandidateRow) -> dict[str, str]:
    return {"name": candidate.trainee.person.name, "number": candidate.number}


def _require_decided(row: AssessmentRow) -> None:
    """Refuse in the caller's transaction, so that what came meanwhile is not passed over."""
    reasons = list_undecided(row)
    if reasons:
        db.session.rollback()
        raise NotReadyToSubmit(reasons)


def _decide(line: CandidateMarks, before: tuple[int, str] | None, now: datetime) -> None:
    if line.result is None:
        db.session.rollback()
        raise NotReadyToSubmit([Message("not scored yet: %(refs)s", {"refs": ", ".join(line.missing)})])
    number, inputs_hash = before or (0, "")
    if inputs_hash == line.result.inputs_hash:
        return
    row = ResultRow(
        candidate_id=line.candidate.id,
        number=number + 1,
        outcome=line.result.outcome,
        content=canonical_json(result_json(line.result)),
        inputs_hash=line.result.inputs_hash,
        decided_at=now,
    )
    db.session.add(row)


def _newest_results(candidates: Sequence[int]) -> dict[int, tuple[int, str]]:
    """The number and the inputs' hash of each candidate's newest result."""
    query = select(ResultRow.candidate_id, ResultRow.number, ResultRow.inputs_hash)
    query = query.where(ResultRow.candidate_id.in_(candidates)).order_by(ResultRow.number)
    return {candidate: (number, digest) for candidate, number, digest in db.session.execute(query)}
