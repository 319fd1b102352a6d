"""Where somebody sees themselves in a skill, and the level they are to reach: said anew, the newest counts."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from assessments.words import Message
from lms.extensions import db
from lms.permissions import Actor
from lms.services import history, skills
from lms.services.errors import Faulty, NotAllowed
from lms.services.reasons import MOST_REASON
from lms.services.skill_levels import targets_that_count
from lms.services.skill_people import get_person, sets_targets
from lms.tables.skills import SkillRatingRow, SkillTargetRow

NO_TARGET = 0
ONLY_THEIR_OWN = Message("Only the trainers and the staff of this person’s centre set targets.")


def rate_self(actor: Actor, skill_code: str, level: int, note: str, *, key: str, now: datetime) -> SkillRatingRow:
    """Say where the actor sees themselves; kept beside the judged level, never counted as one. Once for a key."""
    published = skills.get_skill(skill_code, skills.FIRST_LANGUAGE)
    if level not in {0, *skills.levels_of(published.code)}:
        raise Faulty(Message("Choose a level that the skill defines."))
    if len(note) > MOST_REASON:
        raise Faulty(Message("Write at most %(most)s characters.", {"most": str(MOST_REASON)}))
    names = {"person_id": actor.person_id, "key": key}
    if again := db.session.scalar(select(SkillRatingRow).filter_by(**names)):
        return again
    row = SkillRatingRow(**names, skill_code=published.code, level=level, note=note.strip(), rated_at=now)
    db.session.add(row)
    try:
        db.session.flush()
    except IntegrityError:  # the same form, sent twice at once
        db.session.rollback()
        return db.session.scalars(select(SkillRatingRow).filter_by(**names)).one()
    db.session.commit()
    return row


def set_target(
    actor: Actor, person_id: int, skill_code: str, level: int, reason: str, *, key: str, now: datetime
) -> SkillTargetRow | None:
    """Set the level that somebody is to reach, 0 to take it away; the same level again does nothing.

    Raises Absent for others' people, NotAllowed for who neither trains them nor staffs their centre.
    """
    person = get_person(actor, person_id)
    if not sets_targets(actor, person.id):
        raise NotAllowed(ONLY_THEIR_OWN)
    published = skills.get_skill(skill_code, skills.FIRST_LANGUAGE)
    if level not in {NO_TARGET, *skills.levels_of(published.code)}:
        raise Faulty(Message("Choose a level that the skill defines."))
    if len(reason) > MOST_REASON:
        raise Faulty(Message("Write at most %(most)s characters.", {"most": str(MOST_REASON)}))
    before = targets_that_count([person.id]).get((person.id, published.code))
    if level == (before.level if before else NO_TARGET):
        return before
    row = SkillTargetRow(
        person_id=person.id,
        skill_code=published.code,
        level=level,
        reason=reason.strip(),
        set_by=actor.person_id,
        set_at=now,
        key=key,
    )
    db.session.add(row)
    try:
        db.session.flush()
    except IntegrityError:  # the same form, sent twice at once
        db.session.rollback()
        return targets_that_count([person.id]).get((person.id, published.code))
    facts = {"skill": published.code, "level": str(level)}
    words = (
        Message("set a target in %(skill)s: level %(level)s", facts)
        if level
        else Message("took the target in %(skill)s away", {"skill": published.code})
    )
    history.record(actor, "person", person.id, words, why=reason.strip(), now=now)
    db.session.commit()
    return row
