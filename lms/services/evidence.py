"""The evidence that practice and released results give, person by person."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from fractions import Fraction

from sqlalchemy import Select, select

from assessments.mastery import Evidence, EvidenceKind
from assessments.model import Cell
from assessments.results import Outcome
from assessments.rule_words import COMPONENT_WORDS
from assessments.scoring import Score, criteria_at_nodes
from curriculum.model import QualificationPack
from lms.extensions import db
from lms.records.learning import practice_items_of
from lms.records.results import assessed_scores
from lms.services.results import is_newest
from lms.tables.assessing import AssessmentRow, AssessmentState, CandidateRow
from lms.tables.marking import ResultRow
from lms.tables.training import PracticeCardRow, TraineeRow

_ALL, _NOTHING = Fraction(1), Fraction(0)


def practice_evidence(person_ids: Sequence[int], pack: QualificationPack) -> Iterator[tuple[int, Evidence]]:
    """The newest answer to every practice item, whatever version of it was answered; two queries."""
    refs = {item.face.id: item.face.refs for item in practice_items_of(pack.units)}
    card = PracticeCardRow
    query = select(card.person_id, card.item_code, card.is_right, card.answered_at)
    for person, code, is_right, at in db.session.execute(query.where(card.person_id.in_(person_ids))):
        share = _ALL if is_right else _NOTHING
        for ref in refs.get(code, ()):
            yield person, Evidence(ref=ref, kind=EvidenceKind.PRACTICE, thing=code, share=share, at=at)


def practice_counts(person_ids: Sequence[int], pack: QualificationPack) -> dict[int, dict[str, tuple[int, int]]]:
    """The same counted: for each person and criterion how many items were answered, and how many of them right."""
    refs = {item.face.id: item.face.refs for item in practice_items_of(pack.units)}
    card = PracticeCardRow
    found: dict[int, dict[str, tuple[int, int]]] = {person: {} for person in person_ids}
    query = select(card.person_id, card.item_code, card.is_right).where(card.person_id.in_(person_ids))
    for person, code, is_right in db.session.execute(query):
        own = found[person]
        for ref in refs.get(code, ()):
            practised, right = own.get(ref, (0, 0))
            own[ref] = practised + 1, right + is_right
    return found


def released_evidence(person_ids: Sequence[int], pack: QualificationPack) -> Iterator[tuple[int, Evidence]]:
    """What released results awarded each criterion, theory and practical apart; one query.

    The newest decision of an attempt counts. A unit that an attempt carried was not assessed in it again. Marks that
    an element or a unit carries as a whole say the same of each of its criteria. Shown is what was shown on the
    assessment's last day, whenever its results came.
    """
    refs = {node: own for unit in pack.units for node, own in criteria_at_nodes(unit).items()}
    for content, person, closes_at in db.session.execute(_released(person_ids)):
        for cell, score in assessed_scores(content).items():
            if score.available:
                for ref in refs.get(cell.ref, ()):
                    yield person, _awarded(ref, cell, score, closes_at)


def _awarded(ref: str, cell: Cell, score: Score, at: datetime) -> Evidence:
    return Evidence(
        ref=ref,
        kind=EvidenceKind.ASSESSMENT,
        thing=f"{cell.component} {cell.ref}",
        share=max(score.awarded, _NOTHING) / score.available,
        at=at,
        words=COMPONENT_WORDS[cell.component],
    )


def _released(person_ids: Sequence[int]) -> Select[str, int, datetime]:
    """The newest result of each attempt in which marks were won or lost."""
    query = (
        select(ResultRow.content, TraineeRow.person_id, AssessmentRow.closes_at)
        .join(CandidateRow, CandidateRow.id == ResultRow.candidate_id)
        .join(TraineeRow, TraineeRow.id == CandidateRow.trainee_id)
        .join(AssessmentRow, AssessmentRow.id == CandidateRow.assessment_id)
    )
    return query.where(
        TraineeRow.person_id.in_(person_ids),
        AssessmentRow.state == AssessmentState.RELEASED,
        ResultRow.outcome.in_((Outcome.COMPETENT, Outcome.NOT_YET_COMPETENT)),
        is_newest(),
    )
