"""Declared evidence: what people say they have for a job role, and what staff found when they looked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.exc import IntegrityError

from assessments.role_readiness import Declaration, Stage
from assessments.words import Message
from curriculum.roles import RoleLine, RoleProfile
from lms.extensions import db
from lms.permissions import Actor, Permission
from lms.records.content import role_of
from lms.services import history
from lms.services.days import day_of
from lms.services.errors import Absent, Conflict, Faulty, NotAllowed
from lms.services.reasons import checked_words
from lms.services.roles import get_role, list_roles
from lms.services.training import visible_to
from lms.services.waiting import Waiting
from lms.tables.content import PackVersionRow
from lms.tables.people import Role
from lms.tables.roles import DeclarationCheckRow, DeclarationRow
from lms.tables.training import BatchRow, TraineeRow

THING = "declaration"
LEAST, MOST, MOST_PLACE = 5, 500, 200


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredLine:
    """Declared evidence with the line of the role that it is for, None where no version asks for it any more."""

    row: DeclarationRow
    role_title: str
    line: RoleLine | None


def of_employer(actor: Actor) -> ColumnElement[bool]:
    """The batches whose people the actor may hold against a role: those they may see, and those of their own packs."""
    own = select(PackVersionRow.id).where(PackVersionRow.council_id.in_(actor.organisations(Role.COUNCIL_STAFF)))
    return or_(visible_to(actor), BatchRow.pack_version_id.in_(own))


def declare(
    actor: Actor, role_id: int, line_id: str, *, what: str, place: str, day: date, key: str, now: datetime
) -> DeclarationRow:
    """Declare evidence for a line of a role; once for a key. Raises Absent for a line that papers do not show."""
    row = get_role(actor, role_id)
    line = next((one for one in role_of(row).lines() if one.id == line_id and one.declared), None)
    if line is None:
        raise Absent
    if again := db.session.scalar(select(DeclarationRow).filter_by(person_id=actor.person_id, key=key)):
        return again
    what = checked_words(what, LEAST, MOST, Message("Say what it is in %(least)s to %(most)s characters."))
    place = checked_words(place, 2, MOST_PLACE, Message("Say where it is from in %(least)s to %(most)s characters."))
    if day > day_of(now):
        raise Faulty(Message("%(day)s is still to come. Declare what you have.", {"day": day}))
    declared = DeclarationRow(
        person_id=actor.person_id,
        role_code=row.code,
        line=line.id,
        asked=line.text,
        what=what,
        place=place,
        day=day,
        declared_at=now,
        key=key,
    )
    db.session.add(declared)
    try:
        db.session.flush()
        words = Message("declared evidence for %(line)s of %(role)s", {"line": line.id, "role": row.title})
        history.record(actor, THING, declared.id, words, now=now)
        db.session.commit()
    except IntegrityError:  # the same form, sent twice at once
        db.session.rollback()
        return db.session.scalars(select(DeclarationRow).filter_by(person_id=actor.person_id, key=key)).one()
    return declared


def check(
    actor: Actor, declaration_id: int, *, is_confirmed: bool, reason: str, seen: int, now: datetime
) -> DeclarationCheckRow:
    """Say what was found when somebody looked at declared evidence; `seen` is how many checks stood there then.

    Raises Absent for people of others, NotAllowed for one's own evidence, Conflict when somebody was faster.
    """
    row = get_declaration(actor, declaration_id)
    if row.person_id == actor.person_id:
        raise NotAllowed(Message("Nobody checks what they declared themselves."))
    words = checked_words(reason, LEAST, MOST, Message("Say what you looked at in %(least)s to %(most)s characters."))
    late = Conflict(Message("Somebody else has checked this meanwhile. Look at what they found."))
    if len(row.checks) != seen:
        raise late
    facts = {"is_confirmed": is_confirmed, "reason": words, "by_id": actor.person_id, "at": now}
    added = DeclarationCheckRow(declaration_id=row.id, number=seen + 1, **facts)
    db.session.add(added)
    done = Message("confirmed the evidence") if is_confirmed else Message("did not confirm the evidence")
    history.record(actor, THING, row.id, done, now=now, why=words)
    try:
        db.session.commit()
    except IntegrityError as fault:
        db.session.rollback()
        raise late from fault
    return added


def get_declaration(actor: Actor, declaration_id: int) -> DeclarationRow:
    """Declared evidence of somebody whom the actor may hold against a role; raises Absent."""
    row = db.session.scalar(select(DeclarationRow).where(DeclarationRow.id == declaration_id, _of_people(actor)))
    if row is None:
        raise Absent
    return row


def line_of(actor: Actor, row: DeclarationRow) -> DeclaredLine:
    """Declared evidence with the line that it is for, which says how it is to be checked."""
    return _declared_line(row, {entry.row.code: entry.role for entry in list_roles(actor)})


def list_to_check(actor: Actor) -> list[DeclaredLine]:
    """The newest declared evidence for each line of each person that nobody has checked, the oldest first."""
    unchecked = ~select(DeclarationCheckRow.id).filter_by(declaration_id=DeclarationRow.id).exists()
    query = select(DeclarationRow).where(_of_people(actor), _is_newest(), unchecked)
    rows = db.session.scalars(query.order_by(DeclarationRow.id)).all()
    roles = {entry.row.code: entry.role for entry in list_roles(actor)} if rows else {}
    return [_declared_line(row, roles) for row in rows]


def list_of(person_id: int, role: RoleProfile) -> Mapping[str, Sequence[DeclarationRow]]:
    """All that a person declared for a role, newest first, by line. The caller has loaded the person."""
    query = select(DeclarationRow).filter_by(person_id=person_id, role_code=role.code)
    found: dict[str, list[DeclarationRow]] = {}
    for row in db.session.scalars(query.order_by(DeclarationRow.id.desc())):
        found.setdefault(row.line, []).append(row)
    return found


def declared_by_many(role: RoleProfile, person_ids: Sequence[int]) -> dict[int, Mapping[str, Declaration]]:
    """How far the evidence of each person that counts for each line has come; two queries for any number of people."""
    declared: dict[tuple[int, str], list[DeclarationRow]] = {}
    query = select(DeclarationRow).where(DeclarationRow.person_id.in_(person_ids))
    for row in db.session.scalars(
        query.where(DeclarationRow.role_code == role.code).order_by(DeclarationRow.id.desc())
    ):
        declared.setdefault((row.person_id, row.line), []).append(row)
    found: dict[int, dict[str, Declaration]] = {person: {} for person in person_ids}
    asked = [line for line in role.lines() if line.declared]
    for person in person_ids:
        for line in asked:
            if counting := that_counts(line, declared.get((person, line.id), ())):
                found[person][line.id] = stage_of(counting)
    return dict(found)


def that_counts(line: RoleLine, rows: Sequence[DeclarationRow]) -> DeclarationRow | None:
    """Which of the evidence that somebody declared for a line, newest first, counts: the newest confirmed one, else the
    newest. What was declared for other words of the line counts no more.
    """
    own = [row for row in rows if row.asked == line.text]
    return next((row for row in own if stage_of(row).stage is Stage.CONFIRMED), own[0] if own else None)


def stage_of(row: DeclarationRow) -> Declaration:
    """How far declared evidence has come; the last check counts."""
    if not row.checks:
        return Declaration(stage=Stage.DECLARED, on=day_of(row.declared_at))
    last = row.checks[-1]
    stage = Stage.CONFIRMED if last.is_confirmed else Stage.REFUSED
    return Declaration(stage=stage, on=day_of(last.at), by=last.by.name)


def waiting(actor: Actor, _now: datetime) -> list[Waiting]:
    """For staff: how much declared evidence waits to be looked at."""
    if not actor.may(Permission.DECLARATION_CHECK):
        return []
    unchecked = ~select(DeclarationCheckRow.id).filter_by(declaration_id=DeclarationRow.id).exists()
    query = select(func.count()).select_from(DeclarationRow).where(_of_people(actor), _is_newest(), unchecked)
    count = db.session.scalar(query) or 0
    if not count:
        return []
    return [
        Waiting(
            title=Message("Check declared evidence: %(count)s", {"count": str(count)}),
            detail=Message("Trainees have declared degrees, experience or examples of work for a job role."),
            endpoint="roles.list_declarations",
            button=Message("Look at it"),
        )
    ]


def _of_people(actor: Actor) -> ColumnElement[bool]:
    """The evidence of people in batches that the actor may hold against a role."""
    people = select(TraineeRow.person_id).join(BatchRow, BatchRow.id == TraineeRow.batch_id).where(of_employer(actor))
    return DeclarationRow.person_id.in_(people)


def _is_newest() -> ColumnElement[bool]:
    """That the same person declared nothing later for the same line."""
    newest = select(func.max(DeclarationRow.id)).group_by(
        DeclarationRow.person_id, DeclarationRow.role_code, DeclarationRow.line
    )
    return DeclarationRow.id.in_(newest)


def _declared_line(row: DeclarationRow, roles: Mapping[str, RoleProfile]) -> DeclaredLine:
    role = roles.get(row.role_code)
    line = next((one for one in role.lines() if one.id == row.line), None) if role else None
    return DeclaredLine(row=row, role_title=role.title if role else row.role_code, line=line)
