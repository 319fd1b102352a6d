"""What a person's pages of skills tell: the list with where they stand, one skill whole, the record, what waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from assessments.skill_levels import Gap, Rung, gap_to, ladder_of
from assessments.words import Message
from certificates.codes import read_code
from certificates.errors import MistypedCode
from lms.extensions import db
from lms.permissions import Actor, Permission
from lms.services import skills
from lms.services.errors import Absent
from lms.services.judging import newest_of
from lms.services.skill_levels import judgements_that_count, list_judgements, ratings_that_count, targets_that_count
from lms.services.skill_people import SkillPerson, count_rated_since, get_person, sets_targets, why_not_judge
from lms.services.skills import PublishedSkill
from lms.services.waiting import Waiting
from lms.tables.people import PersonRow, Role
from lms.tables.skills import SkillJudgementRow, SkillRatingRow, SkillTargetRow


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillLine:
    """One skill in a person's list, and where they stand in it."""

    published: PublishedSkill
    judgement: SkillJudgementRow | None
    rating: SkillRatingRow | None
    target: SkillTargetRow | None
    rungs: tuple[Rung, ...]
    gap: Gap | None

    @property
    def level(self) -> int:
        """The judged level, 0 for none."""
        return self.judgement.level if self.judgement else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillSheet:
    """One skill of one person, for the person themselves and for staff."""

    person: PersonRow
    line: SkillLine
    judgements: Sequence[SkillJudgementRow]
    is_own: bool
    may_judge: bool
    may_aim: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillRecord:
    """A judgement as it is printed, and the newer one that counts instead, if there is one."""

    judgement: SkillJudgementRow
    published: PublishedSkill
    newer: SkillJudgementRow | None


def list_lines(actor: Actor, person_id: int, language: str) -> tuple[PersonRow, list[SkillLine]]:
    """Somebody whose levels the actor sees, and where they stand in every published skill; raises Absent."""
    person = get_person(actor, person_id)
    published = skills.list_skills(language)
    judged, rated = judgements_that_count([person.id]), ratings_that_count([person.id])
    aimed = targets_that_count([person.id])
    lines = []
    for one in published:
        key = (person.id, one.code)
        lines.append(_line(one, judged.get(key), rated.get(key), aimed.get(key)))
    return person, lines


def get_sheet(actor: Actor, person_id: int, skill_code: str, language: str) -> SkillSheet:
    """One skill of somebody whose levels the actor sees, with every judgement; raises Absent."""
    person = get_person(actor, person_id)
    published = skills.get_skill(skill_code, language)
    judgements = list_judgements(person.id, published.code)
    key = (person.id, published.code)
    rating, target = ratings_that_count([person.id]).get(key), targets_that_count([person.id]).get(key)
    return SkillSheet(
        person=person,
        line=_line(published, judgements[0] if judgements else None, rating, target),
        judgements=judgements,
        is_own=person.id == actor.person_id,
        may_judge=actor.has(Role.ASSESSOR) and why_not_judge(actor, person.id) is None,
        may_aim=sets_targets(actor, person.id),
    )


def get_record(actor: Actor, person_id: int, skill_code: str) -> SkillRecord:
    """The judgement that counts, for printing; raises Absent where there is none."""
    person = get_person(actor, person_id)
    row = newest_of(person.id, skill_code.upper())
    if row is None:
        raise Absent
    return SkillRecord(judgement=row, published=skills.as_published(row.framework_version), newer=None)


def record_for_print(judgement_id: int) -> SkillRecord:
    """A judgement that somebody who sees it asked to have printed; only for the worker."""
    row = db.session.get_one(SkillJudgementRow, judgement_id)
    return SkillRecord(judgement=row, published=skills.as_published(row.framework_version), newer=None)


def check_record(code: str) -> SkillRecord:
    """What anybody may know who has a record in hand; raises Absent for a code that is none of ours."""
    row = find_record(code)
    if row is None:
        raise Absent
    newest = newest_of(row.person_id, row.skill_code)
    return SkillRecord(
        judgement=row,
        published=skills.as_published(row.framework_version),
        newer=newest if newest is not None and newest.id != row.id else None,
    )


def find_record(code: str) -> SkillJudgementRow | None:
    """The judgement with this code, if there is one; codes are read as people type them."""
    try:
        return db.session.scalar(select(SkillJudgementRow).filter_by(code=read_code(code)))
    except MistypedCode:
        return None


def waiting(actor: Actor, now: datetime) -> list[Waiting]:  # noqa: ARG001 -- as every area's
    """For trainees: targets in skills they have not rated. For assessors: who has rated themselves since judged."""
    if actor.has(Role.TRAINEE):
        return _to_rate(actor)
    if actor.may(Permission.SKILL_JUDGE):
        return _to_judge(actor)
    return []


def line_of(published: PublishedSkill, person: SkillPerson) -> SkillLine:
    """Where somebody of a list stands in its skill."""
    return _line(published, person.judgement, person.rating, person.target)


def _to_rate(actor: Actor) -> list[Waiting]:
    rated = ratings_that_count([actor.person_id])
    open_targets = [row for key, row in targets_that_count([actor.person_id]).items() if key not in rated]
    return [
        Waiting(
            title=Message("A target was set for you in %(skill)s: level %(level)s", _facts(row)),
            detail=Message("Set by %(name)s", {"name": row.setter.name}),
            endpoint="skills.rate",
            values={"skill": row.skill_code},
            button=Message("Say where you see yourself"),
        )
        for row in open_targets
    ]


def _to_judge(actor: Actor) -> list[Waiting]:
    return [
        Waiting(
            title=Message(
                "People who have rated themselves in %(skill)s since they were judged: %(people)s",
                {"skill": code, "people": str(people)},
            ),
            endpoint="skills.list_people",
            values={"skill": code, "only": "rated"},
            button=Message("See who"),
        )
        for code, people in sorted(count_rated_since(actor).items())
    ]


def _facts(row: SkillTargetRow) -> dict[str, str]:
    return {"skill": row.skill_code, "level": str(row.level)}


def _line(
    published: PublishedSkill,
    judgement: SkillJudgementRow | None,
    rating: SkillRatingRow | None,
    target: SkillTargetRow | None,
) -> SkillLine:
    judged, aim = judgement.level if judgement else 0, target.level if target else 0
    return SkillLine(
        published=published,
        judgement=judgement,
        rating=rating,
        target=target,
        rungs=ladder_of(published.skill, judged=judged, rated=rating.level if rating else 0, target=aim),
        gap=gap_to(published.skill.numbers, judged=judged, target=aim) if target else None,
    )
