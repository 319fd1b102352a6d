"""Grading: from the answers that count and the newest scores to marks and results, candidate by candidate."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from types import MappingProxyType

from sqlalchemy import select

from assessments.attempt_times import AttemptTime
from assessments.attempts import AttemptState, Counting, counting_answers, state_at
from assessments.choices import scheme_of_units
from assessments.decisions import Outcome, Result
from assessments.errors import ScoresMissing
from assessments.exam_time import AnswerEvent, ExamClock, standing_of_event
from assessments.grading import CandidateRecord
from assessments.grading import grade_candidate as core_grade
from assessments.model import AssessmentScheme, Cell, Component
from assessments.rulings import Ruling
from assessments.scoring import Score, shares_at_nodes
from assessments.words import Message
from curriculum.model import QualificationPack
from lms.extensions import db
from lms.records.content import pack_of, scheme_of
from lms.records.delivery import ReadColumns, answer_columns, events_of, state_of
from lms.records.keys import keys_of_items
from lms.records.papers import paper_of
from lms.records.rulings import rulings_in_force
from lms.services import exam_times, marking
from lms.services.desks import ON_PAPER
from lms.services.takings import Taking, takings_of
from lms.tables.assessing import AssessmentRow, CandidateRow, CandidateStatus, PaperRow
from lms.tables.attempts import AnswerEventRow, AttemptRow
from lms.tables.training import TraineeState
from question_bank.keys import ItemKey

Keys = Mapping[tuple[str, int], ItemKey]
_AS_SCORED: Mapping[int, Mapping[str, Fraction]] = MappingProxyType({})
HIGH, LOW = Fraction(80), Fraction(20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """All that was recorded of one candidate: the paper, the attempt with its answers, the newest practical shares.

    `scheme` has the marks of the units that the candidate takes in this assessment, `time` is that of the attempt.
    """

    candidate: CandidateRow
    taking: Taking
    scheme: AssessmentScheme
    paper: PaperRow | None
    attempt: AttemptRow | None
    events: tuple[AnswerEvent, ...]
    time: AttemptTime | None
    shares: Mapping[str, Fraction]

    @property
    def came(self) -> bool:
        """Whether the candidate was there for any part."""
        return self.attempt is not None or bool(self.shares)

    @property
    def clock(self) -> ExamClock | None:
        """What decides whether the answers are in time; None without an attempt."""
        return self.time.clock(self.scheme.theory.grace_seconds) if self.time else None

    def counting(self) -> Counting | None:
        """Which answers count and which do not, None without an attempt."""
        return counting_answers(self.events, self.clock, self.time.decided) if self.time and self.clock else None

    @property
    def missing(self) -> int:
        """How many answers the device said it handed in, and that have not come."""
        if self.attempt is None:
            return 0
        device, last = self.attempt.last_device, self.attempt.last_seq
        return last - len({event.seq for event in self.events if event.device == device and event.seq <= last})

    @property
    def answers(self) -> dict[str, str] | None:
        """The answers that count by item, None without an attempt."""
        counting = self.counting()
        return None if counting is None else dict(counting.answers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What an assessment's candidates are all graded by."""

    scheme: AssessmentScheme
    pack: QualificationPack
    keys: Keys
    rulings: tuple[Ruling, ...]
    is_specimen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateMarks:
    """One line of the mark sheet: marks so far, practical criteria not scored yet, and the result they make.

    `scores` hold the carried units too, which `taking` names. `result` is None while something is missing.
    `may_write`: whether the paper can still be begun or gone on with, which may be after the assessment has closed.
    `oddities` are facts that a second pair of eyes should look at.
    """

    candidate: CandidateRow
    taking: Taking
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
    (line,) = grade_candidates(candidate.assessment, [candidate])
    if line.result is None:
        raise ScoresMissing(line.missing)
    return line.scores, line.result


def grade_assessment(assessment: AssessmentRow, now: datetime) -> tuple[CandidateMarks, ...]:
    """The lines of an assessment's mark sheet, in order of candidate numbers; a fixed number of queries."""
    return grade_candidates(assessment, assessment.candidates, now=now)


def grade_with_shares(candidate: CandidateRow, shares: Mapping[str, Fraction]) -> Result | None:
    """The result a candidate would have if these criteria of the practical had these shares; None while one lacks."""
    (line,) = grade_candidates(candidate.assessment, [candidate], shares={candidate.id: shares})
    return line.result


def grade_candidates(
    assessment: AssessmentRow,
    candidates: Sequence[CandidateRow],
    *,
    now: datetime | None = None,
    shares: Mapping[int, Mapping[str, Fraction]] = _AS_SCORED,
) -> tuple[CandidateMarks, ...]:
    """The lines of some of an assessment's candidates, in their order; without `now` nobody is said to still write.

    `shares` stand, by candidate, in the place of what was scored.
    """
    scheme = scheme_of(assessment.scheme_version)
    records, keys = records_of(candidates)
    basis = Basis(
        scheme=scheme,
        pack=pack_of(assessment.pack_version),
        keys=keys,
        rulings=rulings_in_force(assessment.council_id),
        is_specimen=assessment.is_specimen,
    )
    return tuple(
        _grade(
            replace(record, shares={**record.shares, **shares.get(record.candidate.id, {})}) if shares else record,
            basis,
            now,
        )
        for record in records
    )


def _grade(records: Records, basis: Basis, now: datetime | None) -> CandidateMarks:
    own = records.scheme
    counting = records.counting()
    record = CandidateRecord(
        candidate=records.candidate.number,
        paper=paper_of(records.paper) if records.paper else None,
        answers=None if counting is None else dict(counting.answers),
        shares=shares_at_nodes(own, basis.pack, records.shares),
        status=status_of(records),
        chosen=records.candidate.chosen,
        carried=records.taking.kept,
    )
    grade = core_grade(basis.scheme, record, basis.keys, basis.rulings, is_specimen=basis.is_specimen)
    return CandidateMarks(
        candidate=records.candidate,
        taking=records.taking,
        scores={**grade.scores, **records.taking.scores},
        missing=grade.missing,
        result=grade.result,
        came=records.came,
        may_write=now is not None and _may_write(records, now),
        at_practical=bool(records.shares) or not own.practical_refs,
        oddities=tuple(_oddities(records, grade.result, counting)) if records.came else (),
    )


def status_of(records: Records) -> Outcome | None:
    """What settles the outcome whatever the marks."""
    if records.candidate.status == CandidateStatus.DISQUALIFIED:
        return Outcome.DISQUALIFIED
    if records.came:
        return None
    if records.candidate.trainee.state == TraineeState.DROPPED_OUT:
        return Outcome.DROPPED_OUT
    return Outcome.ABSENT


def _may_write(records: Records, now: datetime) -> bool:
    clock = records.clock
    if clock is None:
        return bool(records.scheme.theory_refs) and now < records.candidate.assessment.closes_at
    return state_at(state_of(records.attempt), clock, now) in {AttemptState.OPEN, AttemptState.PAUSED}


def _oddities(records: Records, result: Result | None, counting: Counting | None) -> Iterable[Message]:
    if records.candidate.status == CandidateStatus.ABSENT:
        yield Message("is marked absent and has records all the same")
    if records.attempt is None and records.scheme.theory_refs:
        yield Message("was not at the theory: no marks for it")
    elif records.attempt is not None and not records.events:
        yield Message("started the paper and answered nothing")
    yield from _about_answers(records, counting)
    if result is None:
        return
    shown = {name: 100 * score.awarded / score.available for name, score in result.component_scores.items()}
    theory, practical = shown.get(Component.THEORY), shown.get(Component.PRACTICAL)
    if not records.shares and records.scheme.practical_refs:
        yield Message("has no practical scores: no marks for it")
    if practical == 100:
        yield Message("has every practical criterion at the highest level")
    if theory is not None and practical is not None and practical > HIGH and theory < LOW:
        yield Message("is very strong in the practical and very weak in the theory")


def _about_answers(records: Records, counting: Counting | None) -> Iterable[Message]:
    clock = records.clock
    if counting is None or clock is None:
        return
    in_time = sum(standing_of_event(event, clock).counts for event in counting.refused)
    if late := len(counting.refused) - in_time:
        facts = {"answers": str(late)}
        yield Message(
            "%(answers)s answers came after the time, or from a device that was replaced, and do not count", facts
        )
    if in_time:
        facts = {"answers": str(in_time)}
        yield Message(
            "%(answers)s answers were refused, though the time given later reaches them; they do not count", facts
        )
    if missing := records.missing:
        facts = {"answers": str(missing)}
        yield Message("%(answers)s answers were handed in and have not come from the device", facts)
    if others := _from_others(records, counting):
        facts = {"answers": str(others)}
        yield Message(
            "%(answers)s answers came from a device that did not hold the exam, without a code; they count", facts
        )
    if counting.offline:
        facts = {"answers": str(len(counting.offline))}
        yield Message("%(answers)s answers were given without a network and came later; they count", facts)


def _from_others(records: Records, counting: Counting) -> int:
    """How many answers that are not refused came from another device than the first, which nobody had let go on."""
    attempt = records.attempt
    if attempt is None or attempt.epoch > 1 or attempt.holder in {"", ON_PAPER}:
        return 0
    return len({*records.events}.difference(counting.refused, _of_device(records.events, attempt.holder)))


def _of_device(events: Iterable[AnswerEvent], device: str) -> Iterator[AnswerEvent]:
    return (event for event in events if event.device == device)


def records_of(candidates: Sequence[CandidateRow]) -> tuple[list[Records], Keys]:
    """What was recorded of the candidates, in their order, and the keys of all items on their papers."""
    takings = takings_of(candidates)
    own: dict[tuple[str, tuple[str, ...]], AssessmentScheme] = {}
    for candidate in candidates:
        version, units = candidate.assessment.scheme_version, takings[candidate.id].units
        own.setdefault((version.sha256, units), scheme_of_units(scheme_of(version), units))
    numbers = [candidate.id for candidate in candidates]
    papers = {row.candidate_id: row for row in db.session.scalars(_of(PaperRow, numbers))}
    attempts = {row.candidate_id: row for row in db.session.scalars(_of(AttemptRow, numbers))}
    taken = [attempt.id for attempt in attempts.values()]
    events, times = _events_of(taken), exam_times.times_of(attempts.values())
    shares = marking.shares_of(numbers)
    items = {line.item for row in papers.values() for line in paper_of(row).lines}
    of_attempts = [attempts[number].id if number in attempts else None for number in numbers]
    records = [
        Records(
            candidate=candidate,
            taking=takings[candidate.id],
            scheme=own[candidate.assessment.scheme_version.sha256, takings[candidate.id].units],
            paper=papers.get(candidate.id),
            attempt=attempts.get(candidate.id),
            events=events.get(number, ()),
            time=times.get(number),
            shares=shares.get(candidate.id, {}),
        )
        for candidate, number in zip(candidates, of_attempts, strict=True)
    ]
    return records, keys_of_items(items) if items else {}


def _of(table, candidates: Sequence[int]):  # type: ignore[no-untyped-def]
    return select(table).where(table.candidate_id.in_(candidates))


def _events_of(attempts: Sequence[int]) -> Mapping[int | None, tuple[AnswerEvent, ...]]:
    found: dict[int | None, list[ReadColumns]] = {}
    # A hall's answers are thousands, so columns are read and no rows are made of them.
    columns = select(AnswerEventRow.attempt_id, *answer_columns(AnswerEventRow))
    for row in db.session.execute(columns.where(AnswerEventRow.attempt_id.in_(attempts))):
        found.setdefault(row.attempt_id, []).append(row)
    return {attempt: tuple(events_of(rows)) for attempt, rows in found.items()}
