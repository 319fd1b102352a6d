"""People's levels in skills: judged by assessors, seen by themselves, aimed at. The newest of each is what counts."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select

from lms.extensions import db
from lms.tables.skills import SkillEvidenceRow, SkillJudgementRow, SkillRatingRow, SkillTargetRow


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceLine:
    """One thing that a judgement rests on, as it stood then."""

    source: str
    thing_id: int | None
    title: str
    detail: str
    day: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLevel:
    """The level of a skill that somebody holds: the newest judgement, on what, by whom and in whose name.

    All lower levels of the skill count as held with it.
    """

    skill: str
    level: int
    judgement_id: int
    judged_at: datetime
    by: str
    organisation: str
    code: str
    evidence: tuple[EvidenceLine, ...]


def held_levels(person_ids: Collection[int]) -> dict[int, dict[str, HeldLevel]]:
    """For each person the level held of each skill; the same queries for any number of people.

    Who was judged to be below all levels holds none. The caller has loaded the people through the actor.
    """
    held: dict[int, dict[str, HeldLevel]] = {person: {} for person in person_ids}
    for row in db.session.scalars(_counting(person_ids)):
        if row.level:
            held[row.person_id][row.skill_code] = held_of(row)
    return held


def held_of(row: SkillJudgementRow) -> HeldLevel:
    """A judgement as a value."""
    return HeldLevel(
        skill=row.skill_code,
        level=row.level,
        judgement_id=row.id,
        judged_at=row.judged_at,
        by=row.assessor.name,
        organisation=row.organisation.name,
        code=row.code,
        evidence=tuple(_line(one) for one in row.evidence),
    )


def judgements_that_count(person_ids: Collection[int]) -> Mapping[tuple[int, str], SkillJudgementRow]:
    """The newest judgement of each person in each skill, those below all levels too, by person and skill."""
    return {(row.person_id, row.skill_code): row for row in db.session.scalars(_counting(person_ids))}


def ratings_that_count(person_ids: Collection[int]) -> Mapping[tuple[int, str], SkillRatingRow]:
    """Where each person sees themselves now, by person and skill."""
    newest = (
        select(func.max(SkillRatingRow.id))
        .where(SkillRatingRow.person_id.in_(person_ids))
        .group_by(SkillRatingRow.person_id, SkillRatingRow.skill_code)
    )
    rows = db.session.scalars(select(SkillRatingRow).where(SkillRatingRow.id.in_(newest)))
    return {(row.person_id, row.skill_code): row for row in rows}


def targets_that_count(person_ids: Collection[int]) -> Mapping[tuple[int, str], SkillTargetRow]:
    """What each person is to reach now, by person and skill; targets that were taken away are left out."""
    newest = (
        select(func.max(SkillTargetRow.id))
        .where(SkillTargetRow.person_id.in_(person_ids))
        .group_by(SkillTargetRow.person_id, SkillTargetRow.skill_code)
    )
    rows = db.session.scalars(select(SkillTargetRow).where(SkillTargetRow.id.in_(newest), SkillTargetRow.level > 0))
    return {(row.person_id, row.skill_code): row for row in rows}


def count_at_levels(skill_code: str) -> tuple[Counter[int], Counter[int]]:
    """How many people of the site are judged at each level of a skill now, and how many have each as their target."""
    judged, aimed = (
        _count_newest(table, skill_code).where(table.level > 0) for table in (SkillJudgementRow, SkillTargetRow)
    )
    return Counter(dict(db.session.execute(judged).all())), Counter(dict(db.session.execute(aimed).all()))


def list_judgements(person_id: int, skill_code: str) -> Sequence[SkillJudgementRow]:
    """Every judgement of a person in a skill, newest first. The caller has loaded the person through the actor."""
    query = select(SkillJudgementRow).filter_by(person_id=person_id, skill_code=skill_code)
    return db.session.scalars(query.order_by(SkillJudgementRow.number.desc())).all()


def _count_newest(table: type[SkillJudgementRow | SkillTargetRow], skill_code: str) -> Select[int, int]:
    """The levels that people were given last in a skill, with how many people have each."""
    newest = select(func.max(table.id)).where(table.skill_code == skill_code).group_by(table.person_id)
    return select(table.level, func.count()).where(table.id.in_(newest)).group_by(table.level)


def _counting(person_ids: Collection[int]) -> Select[SkillJudgementRow]:
    newest = (
        select(func.max(SkillJudgementRow.id))
        .where(SkillJudgementRow.person_id.in_(person_ids))
        .group_by(SkillJudgementRow.person_id, SkillJudgementRow.skill_code)
    )
    return select(SkillJudgementRow).where(SkillJudgementRow.id.in_(newest)).order_by(SkillJudgementRow.id)


def _line(row: SkillEvidenceRow) -> EvidenceLine:
    return EvidenceLine(source=row.source, thing_id=row.thing_id, title=row.title, detail=row.detail, day=row.day)
