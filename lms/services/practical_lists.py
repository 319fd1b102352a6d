"""What a scorer has to do: their assessments, the candidates of each, who is next, and what waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from assessments.words import Message
from lms.extensions import db
from lms.permissions import Actor, Permission
from lms.services import assessing, marking
from lms.services.assessing import Side
from lms.services.takings import criteria_to_score
from lms.services.waiting import Waiting
from lms.tables.assessing import AssessmentRow, AssessmentState, CandidateRow, CandidateStatus, PracticalSheetRow
from lms.tables.attempts import AttemptRow

MOST_LISTED = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One candidate on the scorer's list: `scored` of `total` criteria have a level. No sheet, nothing to score."""

    candidate: CandidateRow
    sheet_id: int | None
    scored: int
    total: int
    has_begun: bool

    @property
    def is_present(self) -> bool:
        """Whether the candidate takes part."""
        return self.candidate.status == CandidateStatus.ENTERED

    @property
    def is_done(self) -> bool:
        """Whether every criterion has a level."""
        return self.scored >= self.total


@dataclass(frozen=True, slots=True, kw_only=True)
class Practicals:
    """One assessment's practicals: `done` of `present` candidates are scored in full."""

    assessment: AssessmentRow
    done: int
    present: int

    @property
    def is_done(self) -> bool:
        """Whether nobody is left to score."""
        return self.done >= self.present


def list_practicals(actor: Actor) -> list[Practicals]:
    """The assessments whose practicals the actor scores, drawn and later; the latest first."""
    rows = db.session.scalars(
        marking.assessments_of(actor).where(AssessmentRow.state.in_(marking.DRAWN)).limit(MOST_LISTED)
    ).all()
    return _counted([row for row in rows if marking.is_scorer(actor, row)])


def list_lines(row: AssessmentRow) -> list[Line]:
    """The candidates of an assessment with how far each is scored; a fixed number of queries."""
    totals = criteria_to_score(row.candidates)
    numbers = [candidate.id for candidate in row.candidates]
    sheets = select(PracticalSheetRow.candidate_id, PracticalSheetRow.id)
    sheet_ids = dict(db.session.execute(sheets.where(PracticalSheetRow.candidate_id.in_(numbers))).all())
    attempts = select(AttemptRow.candidate_id).where(AttemptRow.candidate_id.in_(numbers))
    started, scored = set(db.session.scalars(attempts)), marking.counts_of(numbers)
    return [
        Line(
            candidate=candidate,
            sheet_id=sheet_ids.get(candidate.id),
            scored=scored[candidate.id],
            total=totals[candidate.id] if candidate.id in sheet_ids else 0,
            has_begun=scored[candidate.id] > 0 or candidate.id in started,
        )
        for candidate in row.candidates
    ]


def next_line(lines: Sequence[Line], after: int | None = None) -> Line | None:
    """The next candidate to score: the first one open after the candidate `after`, else the first one open."""
    ids = [line.candidate.id for line in lines]
    start = ids.index(after) + 1 if after in ids else 0
    return next((line for line in [*lines[start:], *lines[:start]] if line.is_present and not line.is_done), None)


def may_mark_absent(actor: Actor, row: AssessmentRow, now: datetime) -> bool:
    """Whether the actor's part lets them say who is there, from the opening until the mark sheet is submitted."""
    is_running = row.state == AssessmentState.DRAWN and row.opens_at <= now
    return is_running and not assessing.sides_of(actor, row).isdisjoint({Side.ASSESSOR, Side.CENTRE})


def waiting(actor: Actor, now: datetime) -> list[Waiting]:
    """Practicals to score, from the opening of their assessment on."""
    if not actor.may(Permission.PRACTICAL_SCORE):
        return []
    open_now = marking.assessments_of(actor).where(
        AssessmentRow.state == AssessmentState.DRAWN, AssessmentRow.opens_at <= now
    )
    rows = [row for row in db.session.scalars(open_now) if marking.is_scorer(actor, row)]
    return [
        Waiting(
            title=Message("Score the practicals of batch %(batch)s", {"batch": entry.assessment.batch.code}),
            detail=Message(
                "%(done)s of %(present)s candidates done", {"done": str(entry.done), "present": str(entry.present)}
            ),
            button=Message("Score"),
            endpoint="marking.show_assessment",
            values={"assessment_id": entry.assessment.id},
            due=entry.assessment.closes_at,
        )
        for entry in _counted(rows)
        if not entry.is_done
    ]


def _counted(rows: Sequence[AssessmentRow]) -> list[Practicals]:
    query = select(CandidateRow).where(CandidateRow.assessment_id.in_([row.id for row in rows]))
    present = db.session.scalars(query.where(CandidateRow.status == CandidateStatus.ENTERED)).all()
    candidates: dict[int, list[int]] = {row.id: [] for row in rows}
    for candidate in present:
        candidates[candidate.assessment_id].append(candidate.id)
    counts, totals = marking.counts_of([candidate.id for candidate in present]), criteria_to_score(present)
    entries = []
    for row in rows:
        done = sum(counts[number] >= totals[number] for number in candidates[row.id])
        entries.append(Practicals(assessment=row, done=done, present=len(candidates[row.id])))
    return entries
