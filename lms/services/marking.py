"""Scoring practicals: who scores which, one row a tap, and which of them counts."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from functools import partial

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from assessments.marks import from_text
from assessments.model import PracticalScorer
from assessments.words import Message
from lms.extensions import db
from lms.permissions import Actor, Permission
from lms.records.content import scheme_of
from lms.records.practicals import refs_of, units_of
from lms.services import assessing
from lms.services.assessing import Side
from lms.services.errors import Absent, Conflict
from lms.services.taps import TAKEN_BACK, Tap, add_once, columns_of
from lms.tables.assessing import AssessmentRow, AssessmentState, CandidateRow, CandidateStatus, PracticalSheetRow
from lms.tables.marking import PracticalScoreRow
from lms.tables.training import BatchRow

SCORERS: Mapping[PracticalScorer, frozenset[Side]] = {
    PracticalScorer.ASSESSOR: frozenset({Side.ASSESSOR}),
    PracticalScorer.TRAINER: frozenset({Side.TRAINER}),
    PracticalScorer.EITHER: frozenset({Side.ASSESSOR, Side.TRAINER}),
}
DRAWN = (
    AssessmentState.DRAWN,
    AssessmentState.SUBMITTED,
    AssessmentState.VERIFIED,
    AssessmentState.APPROVED,
    AssessmentState.RELEASED,
)


def get_assessment(actor: Actor, assessment_id: int) -> AssessmentRow:
    """An assessment, drawn or later, whose practicals the actor scores; raises Absent."""
    query = assessments_of(actor).where(AssessmentRow.id == assessment_id, AssessmentRow.state.in_(DRAWN))
    row = db.session.scalar(query)
    if row is None or not is_scorer(actor, row):
        raise Absent
    return row


def get_sheet(actor: Actor, sheet_id: int) -> PracticalSheetRow:
    """A practical that the actor scores; raises Absent."""
    sheet = db.session.get(PracticalSheetRow, sheet_id)
    if sheet is None:
        raise Absent
    get_assessment(actor, sheet.candidate.assessment_id)
    return sheet


def is_scorer(actor: Actor, row: AssessmentRow) -> bool:
    """Whether the scheme names the actor's part in the assessment as the one that scores."""
    sides = SCORERS[scheme_of(row.scheme_version).practical_scorer]
    return actor.may(Permission.PRACTICAL_SCORE) and not sides.isdisjoint(assessing.sides_of(actor, row))


def is_open(candidate: CandidateRow) -> bool:
    """Whether the candidate's practical can be scored as things stand."""
    return candidate.assessment.state == AssessmentState.DRAWN and candidate.status == CandidateStatus.ENTERED


def score(
    actor: Actor, sheet_id: int, *, ref: str, share: str, note: str = "", key: str, now: datetime
) -> PracticalScoreRow:
    """Add one tap and return its row; the rules are those of `score_all`."""
    return score_all(actor, sheet_id, [Tap(ref=ref, share=share, note=note, key=key)], now=now)[0]


def score_all(actor: Actor, sheet_id: int, taps: Sequence[Tap], *, now: datetime) -> list[PracticalScoreRow]:
    """Add the levels of criteria, all or none; of each criterion the newest counts.

    The same `key` again is the same tap and gives the same row. Raises Faulty for what is not on the sheet, and
    Conflict for a key used for another tap, for an absent candidate, and once the mark sheet has been submitted.
    """
    sheet = get_sheet(actor, sheet_id)
    rows = _score_rows(actor, sheet, taps, now)
    return add_once(rows, partial(_find_taps, sheet_id), partial(_require_open, sheet.candidate_id))


def chains_of(sheet: PracticalSheetRow) -> dict[str, list[PracticalScoreRow]]:
    """Every tap on a sheet by criterion, oldest first."""
    chains: dict[str, list[PracticalScoreRow]] = {}
    rows = select(PracticalScoreRow).filter_by(sheet_id=sheet.id).order_by(PracticalScoreRow.id)
    for row in db.session.scalars(rows):
        chains.setdefault(row.ref, []).append(row)
    return chains


def scores_of(sheet: PracticalSheetRow) -> dict[str, PracticalScoreRow]:
    """The scores that count on a sheet by criterion: of each the newest, unless it took the one before back."""
    return {ref: rows[-1] for ref, rows in chains_of(sheet).items() if rows[-1].share != TAKEN_BACK}


def missing_refs(sheet: PracticalSheetRow) -> tuple[str, ...]:
    """The criteria of a sheet without a score, in order."""
    scored = scores_of(sheet)
    return tuple(ref for ref in refs_of(sheet) if ref not in scored)


def shares_of(candidate_ids: Collection[int]) -> dict[int, dict[str, Fraction]]:
    """The shares that count by criterion, for each of the candidates; one query."""
    query = select(PracticalSheetRow.candidate_id, PracticalScoreRow.ref, PracticalScoreRow.share)
    shares: dict[int, dict[str, Fraction]] = {number: {} for number in candidate_ids}
    for number, ref, share in db.session.execute(_counting(query, candidate_ids)):
        shares[number][ref] = from_text(share)
    return shares


def counts_of(candidate_ids: Collection[int]) -> dict[int, int]:
    """How many criteria have a score, for each of the candidates; one query."""
    query = _counting(select(PracticalSheetRow.candidate_id, func.count()), candidate_ids)
    counts = dict(db.session.execute(query.group_by(PracticalSheetRow.candidate_id)).all())
    return dict.fromkeys(candidate_ids, 0) | counts


def assessments_of(actor: Actor) -> Select[AssessmentRow]:
    """The assessments the actor has a part in, the latest first, with all that `is_scorer` asks for."""
    return (
        select(AssessmentRow)
        .where(assessing.visible_to(actor))
        .options(
            joinedload(AssessmentRow.scheme_version),
            joinedload(AssessmentRow.pack_version),
            selectinload(AssessmentRow.assessors),
            joinedload(AssessmentRow.batch).selectinload(BatchRow.trainers),
        )
        .order_by(AssessmentRow.opens_at.desc(), AssessmentRow.id.desc())
    )


def _counting(query: Select, candidate_ids: Collection[int]) -> Select:  # type: ignore[type-arg]
    """Keep the newest score of each criterion of these candidates, without those taken back."""
    sheets = select(PracticalSheetRow.id).where(PracticalSheetRow.candidate_id.in_(candidate_ids))
    newest = (
        select(func.max(PracticalScoreRow.id))
        .where(PracticalScoreRow.sheet_id.in_(sheets))
        .group_by(PracticalScoreRow.sheet_id, PracticalScoreRow.ref)
    )
    joined = query.join(PracticalScoreRow, PracticalScoreRow.sheet_id == PracticalSheetRow.id)
    return joined.where(PracticalScoreRow.id.in_(newest), PracticalScoreRow.share != TAKEN_BACK)


def _score_rows(actor: Actor, sheet: PracticalSheetRow, taps: Sequence[Tap], now: datetime) -> list[PracticalScoreRow]:
    criteria = {line.ref: line for unit in units_of(sheet) for line in unit.criteria}
    return [PracticalScoreRow(sheet_id=sheet.id, **columns) for columns in columns_of(actor, criteria, taps, now)]


def _require_open(candidate_id: int) -> None:
    """Refuse scores that come too late or for nobody; holds both facts until the commit."""
    standing = (
        select(AssessmentRow.state, CandidateRow.status)
        .join(CandidateRow, CandidateRow.assessment_id == AssessmentRow.id)
        .where(CandidateRow.id == candidate_id)
        .with_for_update(read=True, of=(AssessmentRow, CandidateRow))
    )
    state, status = db.session.execute(standing).one()
    if state != AssessmentState.DRAWN:
        raise Conflict(Message("The mark sheet has been submitted; scores cannot be changed now."))
    if status == CandidateStatus.ABSENT:
        raise Conflict(Message("The candidate is marked absent. Say first that they are here after all."))
    if status == CandidateStatus.DISQUALIFIED:
        raise Conflict(Message("The candidate is disqualified; there is nothing to score."))


def _find_taps(sheet_id: int, keys: Sequence[str]) -> dict[str, PracticalScoreRow]:
    query = select(PracticalScoreRow).filter_by(sheet_id=sheet_id)
    return {row.key: row for row in db.session.scalars(query.where(PracticalScoreRow.key.in_(keys)))}
