"""The plan of a trainee whose newest result did not reach the rule: what to recover, with what, and until when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from assessments.mastery import Evidence, Standing, standing_of
from assessments.model import unit_of
from assessments.reassessment import ReassessmentCheck
from assessments.recovery import Enough, LostMarks, Recovery, enough_to_pass, lost_marks, recovery_of
from assessments.results import Outcome, Result
from assessments.words import Message
from curriculum.lessons import FIRST_LANGUAGE
from curriculum.model import NosUnit, PerformanceCriterion, QualificationPack
from lms.extensions import db
from lms.permissions import Actor
from lms.records.content import pack_of, scheme_of, task_file_of
from lms.records.results import result_of
from lms.services.days import end_of
from lms.services.learning import OpenPack
from lms.services.mastery import all_evidence_of
from lms.services.practice_scopes import items_about
from lms.services.reassessment import RequestSheet, find_request, sheet_of
from lms.services.results import check_reassessment, is_newest
from lms.services.study import SectionAbout, Study, study_of
from lms.services.takings import Retake, retake_of
from lms.services.waiting import Waiting
from lms.tables.assessing import AssessmentRow, AssessmentState, CandidateRow
from lms.tables.content import TaskVersionRow
from lms.tables.marking import ResultRow
from lms.tables.people import Role
from lms.tables.training import PracticeAnswerRow, TraineeRow, TraineeState


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    """One criterion to recover: its marks, what to read again, how much practice there is, what was shown since.

    `asks` is what the unit's practical asks for all marks of it, empty where it has none.
    """

    unit: NosUnit
    criterion: PerformanceCriterion
    marks: LostMarks
    since: Standing
    recovery: Recovery
    sections: tuple[SectionAbout, ...]
    practice: int
    asks: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a trainee recovers before the next assessment, and the window for it.

    The `first` of its lines would have been `enough`; the others give room.
    `practised_before` is the newest practice answer before the assessment was over: practice counts after it.
    """

    candidate: CandidateRow
    open_pack: OpenPack
    since: datetime
    lines: tuple[PlanLine, ...]
    enough: Enough
    practised_before: int
    retake: Retake
    check: ReassessmentCheck
    request: RequestSheet | None

    @property
    def first(self) -> tuple[PlanLine, ...]:
        """The criteria that would have been enough."""
        return self.lines[: self.enough.count]

    @property
    def others(self) -> tuple[PlanLine, ...]:
        """The criteria that give room."""
        return self.lines[self.enough.count :]

    @property
    def recovered(self) -> int:
        """How many of the first are recovered."""
        return sum(line.recovery is Recovery.RECOVERED for line in self.first)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Missed:
    """The result that a plan is made from: what it lost, and how much of that would have been enough."""

    candidate: CandidateRow
    result: Result
    pack: QualificationPack
    retake: Retake
    lost: tuple[LostMarks, ...]
    enough: Enough

    @property
    def since(self) -> datetime:
        """When the assessment was over: what is shown after it counts."""
        return self.candidate.assessment.closes_at

    def check(self, now: datetime) -> ReassessmentCheck:
        """Whether and until when another assessment can be asked for."""
        assessment = self.candidate.assessment
        scheme, released_at = scheme_of(assessment.scheme_version), assessment.released_at or assessment.closes_at
        return check_reassessment(scheme, self.candidate, self.result.outcome, released_at, now)


def find_plan(actor: Actor, now: datetime, language: str = FIRST_LANGUAGE) -> Plan | None:
    """The actor's own plan; None when their newest released result is another one than not yet competent."""
    if (missed := _missed_of(actor)) is None:
        return None
    open_pack = OpenPack(id=missed.candidate.assessment.pack_version_id, pack=missed.pack, as_trainee=True)
    study = study_of(actor, open_pack, now, language)
    request = find_request(missed.candidate.id)
    asks = _asked_in_practicals([unit.code for unit in missed.pack.units])
    return Plan(
        candidate=missed.candidate,
        open_pack=open_pack,
        since=missed.since,
        lines=tuple(_line(study, marks, missed.since, asks) for marks in missed.lost),
        enough=missed.enough,
        practised_before=_practised_before(actor, missed.since),
        retake=missed.retake,
        check=missed.check(now),
        request=sheet_of(actor, request) if request else None,
    )


def waiting(actor: Actor, now: datetime) -> list[Waiting]:
    """The actor's plan, until what would have been enough is recovered; due on the last day to ask, if there is one."""
    if (missed := _missed_of(actor)) is None:
        return []
    evidence, first = all_evidence_of(actor.person_id, missed.pack), missed.lost[: missed.enough.count]
    recovered = [recovery_of(_shown_since(evidence, line.ref, missed.since)) for line in first].count(
        Recovery.RECOVERED
    )
    if recovered == len(first):
        return []
    check = missed.check(now)
    last_day = check.apply_by if check.allowed and find_request(missed.candidate.id) is None else None
    return [
        Waiting(
            title=Message("Your plan: %(count)s criteria to recover", {"count": str(len(first) - recovered)}),
            detail=Message("%(done)s of %(all)s are recovered.", {"done": str(recovered), "all": str(len(first))}),
            endpoint="learning.show_plan",
            button=Message("Open the plan"),
            due=end_of(last_day) - timedelta(minutes=1) if last_day else None,
        )
    ]


def _missed_of(actor: Actor) -> _Missed | None:
    """The actor's newest released result where it is not yet competent, as long as they are enrolled."""
    if not actor.has(Role.TRAINEE):
        return None
    query = (
        select(CandidateRow, ResultRow)
        .join(TraineeRow, TraineeRow.id == CandidateRow.trainee_id)
        .join(AssessmentRow, AssessmentRow.id == CandidateRow.assessment_id)
        .join(ResultRow, ResultRow.candidate_id == CandidateRow.id)
        .where(TraineeRow.person_id == actor.person_id, TraineeRow.state == TraineeState.ENROLLED)
        .where(AssessmentRow.state == AssessmentState.RELEASED, is_newest())
        .options(
            contains_eager(CandidateRow.assessment).options(
                joinedload(AssessmentRow.pack_version), joinedload(AssessmentRow.scheme_version)
            )
        )
        .order_by(AssessmentRow.released_at.desc(), CandidateRow.id.desc())
        .limit(1)
    )
    found = db.session.execute(query).first()
    if found is None or found[1].outcome != Outcome.NOT_YET_COMPETENT:
        return None
    candidate, result = found[0], result_of(found[1])
    scheme = scheme_of(candidate.assessment.scheme_version)
    pack = pack_of(candidate.assessment.pack_version).of_units({unit_of(cell.ref) for cell in result.cell_scores})
    retake = retake_of(candidate, result)
    lost = lost_marks(pack, result, retake.plan.kept)
    enough = enough_to_pass(scheme, pack, result, lost, retake.plan.kept)
    return _Missed(candidate=candidate, result=result, pack=pack, retake=retake, lost=lost, enough=enough)


def _shown_since(evidence: Mapping[str, Sequence[Evidence]], ref: str, since: datetime) -> Standing:
    return standing_of(one for one in evidence.get(ref, ()) if one.at > since)


def _line(study: Study, marks: LostMarks, since: datetime, asks: Mapping[str, str]) -> PlanLine:
    unit = next(unit for unit in study.open_pack.pack.units if unit.code == unit_of(marks.ref))
    standing = _shown_since(study.evidence, marks.ref, since)
    return PlanLine(
        unit=unit,
        criterion=next(line for line in unit.criteria if unit.ref(line.id) == marks.ref),
        marks=marks,
        since=standing,
        recovery=recovery_of(standing),
        sections=study.sections_about(marks.ref),
        practice=len(items_about(study.items, [marks.ref])),
        asks=asks.get(marks.ref, ""),
    )


def _asked_in_practicals(units: Sequence[str]) -> Mapping[str, str]:
    """What the newest practical of each unit asks for all marks of a criterion, by reference."""
    query = select(TaskVersionRow).where(TaskVersionRow.unit_code.in_(units)).order_by(TaskVersionRow.number)
    newest = {row.unit_code: task_file_of(row) for row in db.session.scalars(query)}
    return {
        f"{unit}#{line.criterion}": line.levels[-1].description
        for unit, tasks in newest.items()
        for line in tasks.rubric
    }


def _practised_before(actor: Actor, moment: datetime) -> int:
    query = select(func.max(PracticeAnswerRow.id)).where(PracticeAnswerRow.answered_at <= moment)
    return db.session.scalar(query.where(PracticeAnswerRow.person_id == actor.person_id)) or 0
