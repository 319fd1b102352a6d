"""Grading: from the answers that count and the newest scores to marks and results, candidate by candidate."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction

from sqlalchemy import select

from assessments.attempts import AnswerEvent, counting_answers
from assessments.decisions import Outcome, Result, decide
from assessments.errors import ScoresMissing
from assessments.model import AssessmentScheme, Cell, Component
from assessments.scoring import Score, grade_theory, score_practical
from assessments.words import Message
from lms.extensions import db
from lms.records.content import scheme_of
from lms.records.delivery import events_of
from lms.records.keys import keys_of_items
from lms.records.papers import paper_of
from lms.services import marking
from lms.tables.assessing import AssessmentRow, CandidateRow, CandidateStatus, PaperRow
from lms.tables.attempts import AnswerEventRow, AttemptRow
from lms.tables.training import TraineeState
from question_bank.keys import ItemKey

Keys = Mapping[tuple[str, int], ItemKey]
_NOTHING = Fraction()
HIGH, LOW = Fraction(80), Fraction(20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """All that was recorded of one candidate: the paper, the attempt with its answers, the newest practical shares."""

    candidate: CandidateRow
    paper: PaperRow | None
    attempt: AttemptRow | None
    events: tuple[AnswerEvent, ...]
    shares: Mapping[str, Fraction]

    @property
    def came(self) -> bool:
        """Whether the candidate was there for any part."""
        return self.attempt is not None or bool(self.shares)


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateMarks:
    """One line of the mark sheet: marks so far, practical criteria not scored yet, and the result they make.

    `result` is None while something is missing. `may_write`: whether the paper can still be begun or gone on with,
    which may be after the assessment has closed. `oddities` are facts that a second pair of eyes should look at.
    """

    candidate: CandidateRow
    scores: Mapping[Cell, Score]
    missing: tuple[str, ...]
    result: Result | None
    came: bool
    may_write: bool
    at_practical: bool
    oddities: tuple[Message, ...]


def grade_candidate(candidate: CandidateRow) -> Result:
    """The result that a candidate's records make; raises ScoresMissing while the practical is scored in part."""
    return marks_of(candidate)[1]


def marks_of(candidate: CandidateRow) -> tuple[Mapping[Cell, Score], Result]:
    """A candidate's marks by cell and the result they make; raises ScoresMissing as `grade_candidate` does."""
    scheme = scheme_of(candidate.assessment.scheme_version)
    records, keys = _records_of([candidate])
    line = _grade(records[0], scheme, keys, is_specimen=candidate.assessment.is_specimen)
    if line.result is None:
        raise ScoresMissing(line.missing)
    return line.scores, line.result


def grade_assessment(assessment: AssessmentRow, now: datetime) -> tuple[CandidateMarks, ...]:
    """The lines of an assessment's mark sheet, in order of candidate numbers; a fixed number of queries."""
    scheme = scheme_of(assessment.scheme_version)
    records, keys = _records_of(assessment.candidates)
    return tuple(_grade(record, scheme, keys, is_specimen=assessment.is_specimen, now=now) for record in records)


def _grade(
    records: Records, scheme: AssessmentScheme, keys: Keys, *, is_specimen: bool, now: datetime | None = None
) -> CandidateMarks:
    status = _status(records)
    theory, late = _theory(records, scheme, keys)
    missing = tuple(ref for ref in scheme.practical_refs if ref not in records.shares)
    # Who came to the paper and to no part of the practical was not there: the scheme's marks for it are not reached.
    shares = dict.fromkeys(scheme.practical_refs, _NOTHING) if len(missing) == len(scheme.practical_refs) else {}
    shares |= records.shares
    scores = {**theory, **_practical(scheme, shares)}
    result = None
    if status is not None or all(ref in shares for ref in scheme.practical_refs):
        known = scores if records.came else {}
        result = decide(scheme, records.candidate.number, known, status=status)
        result = replace(result, specimen=result.specimen or is_specimen)
    return CandidateMarks(
        candidate=records.candidate,
        scores=scores,
        missing=missing,
        result=result,
        came=records.came,
        may_write=now is not None and _may_write(records, scheme, now),
        at_practical=bool(records.shares) or not scheme.practical_refs,
        oddities=tuple(_oddities(records, result, late)) if records.came else (),
    )


def _status(records: Records) -> Outcome | None:
    """What settles the outcome whatever the marks."""
    if records.candidate.status == CandidateStatus.DISQUALIFIED:
        return Outcome.DISQUALIFIED
    if records.came:
        return None
    if records.candidate.trainee.state == TraineeState.DROPPED_OUT:
        return Outcome.DROPPED_OUT
    return Outcome.ABSENT


def _theory(records: Records, scheme: AssessmentScheme, keys: Keys) -> tuple[dict[Cell, Score], int]:
    """The theory scores, and how many answers came too late to count."""
    if records.paper is None:
        zero = {Cell(ref, Component.THEORY): scheme.cells()[Cell(ref, Component.THEORY)] for ref in scheme.theory_refs}
        return {cell: Score(awarded=_NOTHING, available=marks) for cell, marks in zero.items()}, 0
    paper, answers, late = paper_of(records.paper), {}, ()
    if records.attempt is not None:
        answers, late = counting_answers(records.events, records.attempt.deadline_at, scheme.theory.grace_seconds)
    right = {line.item for line in paper.lines if keys[line.item, line.version].is_right(answers.get(line.item))}
    return grade_theory(paper, right, scheme), len(late)


def _practical(scheme: AssessmentScheme, shares: Mapping[str, Fraction]) -> dict[Cell, Score]:
    if all(ref in shares for ref in scheme.practical_refs):
        return score_practical(scheme, shares)
    cells = {ref: Cell(ref, Component.PRACTICAL) for ref in scheme.practical_refs if ref in shares}
    marks = scheme.cells()
    return {cell: Score(awarded=shares[ref] * marks[cell], available=marks[cell]) for ref, cell in cells.items()}


def _may_write(records: Records, scheme: AssessmentScheme, now: datetime) -> bool:
    attempt = records.attempt
    if attempt is None:
        return now < records.candidate.assessment.closes_at
    over = attempt.deadline_at + timedelta(seconds=scheme.theory.grace_seconds)
    return not (attempt.submitted_at or attempt.closed_at or now > over)


def _oddities(records: Records, result: Result | None, late: int) -> Iterable[Message]:
    if records.candidate.status == CandidateStatus.ABSENT:
        yield Message("is marked absent and has records all the same")
    if records.attempt is None:
        yield Message("was not at the theory: no marks for it")
    elif not records.events:
        yield Message("started the paper and answered nothing")
    if late:
        yield Message("%(answers)s answers came after the time and do not count", {"answers": str(late)})
    if result is None:
        return
    shown = {name: 100 * score.awarded / score.available for name, score in result.component_scores.items()}
    theory, practical = shown.get(Component.THEORY), shown.get(Component.PRACTICAL)
    if not records.shares and practical is not None:
        yield Message("has no practical scores: no marks for it")
    if practical == 100:
        yield Message("has every practical criterion at the highest level")
    if theory is not None and practical is not None and practical > HIGH and theory < LOW:
        yield Message("is very strong in the practical and very weak in the theory")


def _records_of(candidates: Sequence[CandidateRow]) -> tuple[list[Records], Keys]:
    numbers = [candidate.id for candidate in candidates]
    papers = {row.candidate_id: row for row in db.session.scalars(_of(PaperRow, numbers))}
    attempts = {row.candidate_id: row for row in db.session.scalars(_of(AttemptRow, numbers))}
    events = _events_of([attempt.id for attempt in attempts.values()])
    shares = marking.shares_of(numbers)
    items = {line.item for row in papers.values() for line in paper_of(row).lines}
    records = [
        Records(
            candidate=candidate,
            paper=papers.get(candidate.id),
            attempt=attempts.get(candidate.id),
            events=events.get(attempts[candidate.id].id, ()) if candidate.id in attempts else (),
            shares=shares.get(candidate.id, {}),
        )
        for candidate in candidates
    ]
    return records, keys_of_items(items) if items else {}


def _of(table, candidates: Sequence[int]):  # type: ignore[no-untyped-def]
    return select(table).where(table.candidate_id.in_(candidates))


def _events_of(attempts: Sequence[int]) -> Mapping[int, tuple[AnswerEvent, ...]]:
    found: dict[int, list[AnswerEventRow]] = {}
    for row in db.session.scalars(select(AnswerEventRow).where(AnswerEventRow.attempt_id.in_(attempts))):
        found.setdefault(row.attempt_id, []).append(row)
    return {attempt: tuple(events_of(rows)) for attempt, rows in found.items()}
