"""What is known of people that says something about a job role, with the same queries for any number of them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from sqlalchemy import Select, select

from assessments.model import Component
from assessments.results import Outcome, score_from
from assessments.role_readiness import Assessed, HeldSkill, PersonFacts
from assessments.scoring import criteria_at_nodes
from curriculum.model import NosUnit, QualificationPack
from curriculum.roles import RoleProfile
from lms.extensions import db
from lms.services.days import day_of
from lms.services.declarations import declared_by_many
from lms.services.mastery import mastery_of_many
from lms.services.results import is_newest
from lms.services.roles import pack_for
from lms.services.skill_levels import HeldLevel, held_levels
from lms.tables.assessing import AssessmentRow, AssessmentState, CandidateRow
from lms.tables.certification import CertificateRow, RevocationRow
from lms.tables.marking import ResultRow
from lms.tables.training import TraineeRow


def facts_of_many(
    role: RoleProfile, person_ids: Sequence[int], learnt: QualificationPack | None
) -> dict[int, PersonFacts]:
    """All that is known of these people about a role. The caller has loaded them through the actor."""
    pack = pack_for(role, learnt)
    standings, assessed = mastery_of_many(person_ids, pack), _assessed(role, person_ids, pack.units)
    held, declared = held_levels(person_ids), declared_by_many(role, person_ids)
    return {
        person: PersonFacts(
            assessed=assessed[person],
            standings=standings[person],
            skills={code: _skill(level) for code, level in held[person].items()},
            declared=declared[person],
        )
        for person in person_ids
    }


def _skill(level: HeldLevel) -> HeldSkill:
    return HeldSkill(level=level.level, on=day_of(level.judged_at), by=level.by)


def _assessed(
    role: RoleProfile, person_ids: Sequence[int], units: Sequence[NosUnit]
) -> dict[int, Mapping[str, Assessed]]:
    """What the newest released result of each person says of each criterion that the role is mapped to; one query."""
    found: dict[int, dict[str, Assessed]] = {person: {} for person in person_ids}
    nodes = _nodes(role, units)
    for row in db.session.execute(_released(person_ids)):
        value = json.loads(row.content)
        for ref, share, practical in _shares(value["cells"], nodes):
            found[row.person_id][ref] = Assessed(
                share=share,
                practical=practical,
                assessment=row.code,
                on=day_of(min(row.closes_at, row.decided_at)),
                certificate=row.number or "",
                is_revoked=row.revocation is not None,
                is_specimen=row.is_specimen or value["specimen"],
            )
    return dict(found)


def _nodes(role: RoleProfile, units: Sequence[NosUnit]) -> dict[str, tuple[tuple[str, ...], int]]:
    """The nodes at which marks say something of the role's criteria: which ones, and among how many they are shared."""
    wanted, found = set(role.criterion_refs()), {}
    for unit in units:
        for node, refs in criteria_at_nodes(unit).items():
            if own := tuple(ref for ref in refs if ref in wanted):
                found[node] = own, len(refs)
    return found


def _shares(
    cells: Sequence[Mapping[str, Any]], nodes: Mapping[str, tuple[tuple[str, ...], int]]
) -> Iterator[tuple[str, Fraction, Fraction | None]]:
    """Each criterion with its share of all its marks, and of those of the practical; none for one without marks.

    Marks that an element or a unit carries as a whole are brought by its criteria in equal parts.
    """
    marks: dict[str, list[tuple[str, Fraction, Fraction]]] = {}
    for cell in cells:
        if cell["ref"] in nodes:
            refs, among = nodes[cell["ref"]]
            score = score_from(cell)
            for ref in refs:
                own = (cell["component"], score.awarded / among, Fraction(score.available, among))
                marks.setdefault(ref, []).append(own)
    for ref, own_marks in marks.items():
        share = _share([(got, could) for _component, got, could in own_marks])
        practical = [(got, could) for component, got, could in own_marks if component == Component.PRACTICAL]
        if share is not None:
            yield ref, share, _share(practical)


def _share(marks: Sequence[tuple[Fraction, Fraction]]) -> Fraction | None:
    """What was awarded of what could be, nothing less than nothing; None where there is nothing to award."""
    could = sum((available for _got, available in marks), Fraction())
    return max(sum((got for got, _available in marks), Fraction()), Fraction()) / could if could else None


def _released(person_ids: Sequence[int]) -> Select[Any]:
    """The newest result of each attempt in which marks were won or lost, with its certificate; the newest one last."""
    query = (
        select(
            ResultRow.content,
            ResultRow.decided_at,
            TraineeRow.person_id,
            AssessmentRow.code,
            AssessmentRow.closes_at,
            AssessmentRow.is_specimen,
            CertificateRow.number,
            RevocationRow.id.label("revocation"),
        )
        .join(CandidateRow, CandidateRow.id == ResultRow.candidate_id)
        .join(TraineeRow, TraineeRow.id == CandidateRow.trainee_id)
        .join(AssessmentRow, AssessmentRow.id == CandidateRow.assessment_id)
        .outerjoin(CertificateRow, CertificateRow.result_id == ResultRow.id)
        .outerjoin(RevocationRow, RevocationRow.certificate_id == CertificateRow.id)
    )
    return query.where(
        TraineeRow.person_id.in_(person_ids),
        AssessmentRow.state == AssessmentState.RELEASED,
        ResultRow.outcome.in_((Outcome.COMPETENT, Outcome.NOT_YET_COMPETENT)),
        is_newest(),
    ).order_by(AssessmentRow.closes_at, ResultRow.id)
