"""One assessment as a person's page shows it: where it stands, what this person can do, how far each candidate is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from assessments.model import AssessmentScheme
from assessments.words import Message
from lms.extensions import db
from lms.permissions import Actor, Permission
from lms.records.content import scheme_of
from lms.services import approval, assessing, commitments, drawing, exam_codes, exam_room, jobs, presence, scheduling
from lms.services.assessing import Side
from lms.services.assessors import CANDIDATES_PER_ASSESSOR, assessors_needed
from lms.services.commitments import SideSecret
from lms.services.days import day_of
from lms.services.preparation import Preparation, preparation_of
from lms.services.presence import Counts, Progress
from lms.services.progress import Step, steps_of
from lms.services.takings import Taking, takings_of
from lms.tables.assessing import AssessmentRow, AssessmentState, CandidateRow, CandidateStatus
from lms.tables.jobs import JobRow
from lms.tables.marking import ResultRow
from lms.tables.people import OrganisationRow
from lms.tables.training import TraineeRow

_S = AssessmentState
NEXT: Mapping[AssessmentState, Message] = {
    _S.PROPOSED: Message("The agency answers next."),
    _S.DECLINED: Message("The council asks an agency again."),
    _S.ACCEPTED: Message("The agency draws the papers and practicals next."),
    _S.DRAWN: Message("The candidates are assessed; then the assessor submits the mark sheet."),
    _S.SUBMITTED: Message("The agency verifies the mark sheet next."),
    _S.VERIFIED: Message("The council approves the mark sheet next."),
    _S.APPROVED: Message("The council releases the results next."),
    _S.RELEASED: Message("The results are released."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One candidate on the page: in which units, how far, and what this person can do to them."""

    candidate: CandidateRow
    taking: Taking
    progress: Progress
    outcome: str
    acts: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """All that the page of an assessment shows.

    `secrets` are both sides' before the draw, for them alone; `awaits` is what of them lacks, `enters_secret` whether
    it is this person's. `preparation` is for who lets candidates in. `drawing` is the newest work of drawing that was
    left to a worker.
    """

    row: AssessmentRow
    scheme: AssessmentScheme
    steps: Sequence[Step]
    next: Message
    moves: frozenset[str]
    sides: frozenset[Side]
    lines: tuple[Line, ...]
    counts: Counts
    is_drawn: bool
    sees_marks: bool
    sees_manifest: bool
    sees_bundle: bool
    has_room: bool
    names_assessors: bool
    gives_extra_time: bool
    admits: bool
    preparation: Preparation | None
    shortages: tuple[Message, ...]
    units_differ: bool
    secrets: tuple[SideSecret, ...]
    awaits: tuple[Message, ...]
    enters_secret: bool
    drawing: JobRow | None
    agencies: Sequence[OrganisationRow]
    assessors_needed: int
    most_per_assessor: int = CANDIDATES_PER_ASSESSOR


def get_overview(actor: Actor, assessment_id: int, *, now: datetime) -> Overview:
    """The page of an assessment for this person; raises Absent. A fixed number of queries."""
    row = assessing.get_assessment(actor, assessment_id)
    _load_candidates(row)
    sides, moves = assessing.sides_of(actor, row), assessing.moves_of(actor, row)
    progress = presence.progress_of(row)
    state = AssessmentState(row.state)
    lines, scheme = _lines(actor, row, sides, progress, now), scheme_of(row.scheme_version)
    is_drawn = state not in {_S.PROPOSED, _S.DECLINED, _S.ACCEPTED}
    sides_secrets = () if is_drawn else commitments.list_sides(actor, row)
    return Overview(
        row=row,
        scheme=scheme,
        steps=steps_of(is_enrolled=True, is_trained=row.batch.ends_on < day_of(now), states=[state]),
        next=NEXT[state],
        moves=moves,
        sides=sides,
        lines=lines,
        units_differ=any(len(line.taking.units) < len(scheme.units) for line in lines),
        counts=presence.count(row, progress),
        is_drawn=is_drawn,
        sees_marks=approval.may_see_marks(actor, row),
        sees_manifest=is_drawn and not sides.isdisjoint({Side.AGENCY, Side.COUNCIL}),
        sees_bundle=Side.COUNCIL in sides and state == _S.RELEASED,
        has_room=exam_room.may_open(actor, row),
        names_assessors=Side.AGENCY in sides and state in {_S.ACCEPTED, _S.DRAWN},
        gives_extra_time=Side.COUNCIL in sides and state in {_S.PROPOSED, _S.DECLINED, _S.ACCEPTED, _S.DRAWN},
        admits=(admits := exam_codes.admits(sides, row)),
        preparation=preparation_of(row, now) if admits else None,
        shortages=drawing.material_of(row).shortages if "draw" in moves else (),
        secrets=sides_secrets,
        awaits=tuple(words for one in sides_secrets if (words := one.lacking)),
        enters_secret=any(one.may_enter for one in sides_secrets),
        drawing=jobs.find_newest(drawing.KIND, row.id) if "draw" in moves else None,
        agencies=scheduling.list_agencies(actor) if "propose" in moves else (),
        assessors_needed=assessors_needed(len(row.candidates)),
    )


def _load_candidates(row: AssessmentRow) -> None:
    """The candidates with their people, in two queries whatever their number."""
    query = select(AssessmentRow).filter_by(id=row.id).execution_options(populate_existing=True)
    people = selectinload(AssessmentRow.candidates).joinedload(CandidateRow.trainee).joinedload(TraineeRow.person)
    db.session.scalars(query.options(people, joinedload(AssessmentRow.pack_version))).one()


def _lines(
    actor: Actor, row: AssessmentRow, sides: frozenset[Side], progress: Mapping[int, Progress], now: datetime
) -> tuple[Line, ...]:
    shown = row.state == _S.RELEASED and actor.may(Permission.RESULT_READ)
    takings = takings_of(row.candidates)
    outcomes = _outcomes([candidate.id for candidate in row.candidates]) if shown else {}
    return tuple(
        Line(
            candidate=candidate,
            taking=takings[candidate.id],
            progress=progress[candidate.id],
            outcome=outcomes.get(candidate.id, ""),
            acts=_acts(row, candidate, sides, progress[candidate.id], now),
        )
        for candidate in row.candidates
    )


def _outcomes(candidates: Sequence[int]) -> dict[int, str]:
    query = select(ResultRow.candidate_id, ResultRow.outcome).where(ResultRow.candidate_id.in_(candidates))
    return dict(db.session.execute(query.order_by(ResultRow.number)).all())


def _acts(
    row: AssessmentRow, candidate: CandidateRow, sides: frozenset[Side], progress: Progress, now: datetime
) -> frozenset[str]:
    """What can be said of a candidate's presence, by those who may: `absent`, `undo`, `disqualify`, `restore`."""
    here = not sides.isdisjoint({Side.CENTRE, Side.ASSESSOR}) and row.state == _S.DRAWN
    judges = (Side.ASSESSOR in sides and row.state == _S.DRAWN) or (
        Side.AGENCY in sides and row.state in {_S.DRAWN, _S.SUBMITTED}
    )
    acts = {
        "absent": here and now >= row.opens_at and candidate.status == CandidateStatus.ENTERED and not progress.came,
        "undo": here and candidate.status == CandidateStatus.ABSENT,
        "disqualify": judges and candidate.status != CandidateStatus.DISQUALIFIED,
        "restore": judges and candidate.status == CandidateStatus.DISQUALIFIED,
    }
    return frozenset(act for act, can in acts.items() if can)
