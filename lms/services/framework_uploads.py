"""Publishing skills of frameworks from an uploaded text or file: read, shown line by line, published on a word."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from assessments.words import Message
from curriculum.documents import decode_text, read_document, validate
from curriculum.framework_files import import_file
from curriculum.framework_import import Imported, Origin
from curriculum.framework_layout import Part, ReadLine
from curriculum.frameworks import FrameworkSkill, check_editions, check_skill
from curriculum.problems import Problem, error, has_errors, problem_from_json, problem_json
from lms import pdf_texts
from lms.extensions import db
from lms.permissions import Actor, Permission
from lms.records.content import skill_of, stored
from lms.services import drafts, history, skill_levels, skills
from lms.services.drafts import ContentDraft
from lms.services.errors import Absent, Conflict, NotAllowed
from lms.tables.people import OrganisationRow, Role, RoleGrantRow
from lms.tables.skills import FrameworkVersionRow

DRAFTS = "skill-drafts"
THING = "framework_version"
_YAML = (".yaml", ".yml")


@dataclass(frozen=True, slots=True, kw_only=True)
class DroppedLevel:
    """A level that people read of now and that the uploaded words do not define; how many are judged or aim there."""

    number: int
    judged: int
    aimed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillDraft(ContentDraft[FrameworkVersionRow]):
    """A skill that was uploaded and read: its lines where it was a published text, oddities, and what is published."""

    skill: FrameworkSkill
    lines: tuple[ReadLine, ...]
    warnings: tuple[Problem, ...]
    dropped: tuple[DroppedLevel, ...]


def check_upload(
    actor: Actor, name: str, content: bytes, origin: Origin, language: str | None = None
) -> tuple[str | None, tuple[Problem, ...]]:
    """Read an upload. Returns the draft's hash when it can be published (else None), and every problem."""
    found = _read(name, content, origin, language)
    if found.skill is None:
        return None, found.problems
    if owner := _other_owner(actor, found.skill.code):
        return None, (error("code", _belongs_to(found.skill.code, owner)), *found.problems)
    warnings = [problem_json(problem) for problem in (*found.problems, *_against_others(found.skill))]
    columns = stored(found.skill)
    kept = {"skill": columns["content"], "lines": [asdict(line) for line in found.lines], "warnings": warnings}
    drafts.keep_draft(actor, DRAFTS, columns["sha256"], json.dumps(kept))
    return columns["sha256"], found.problems


def get_draft(actor: Actor, digest: str) -> SkillDraft:
    """A skill that this person uploaded; raises Absent."""
    kept = json.loads(drafts.get_draft(actor, DRAFTS, digest))
    skill = FrameworkSkill.model_validate_json(kept["skill"])
    if stored(skill)["sha256"] != digest:
        raise Absent
    lines = tuple(ReadLine(**{**line, "part": Part(line["part"])}) for line in kept["lines"])
    warnings = tuple(map(problem_from_json, kept["warnings"]))
    return SkillDraft(
        sha256=digest,
        skill=skill,
        lines=lines,
        warnings=warnings,
        dropped=_dropped(skill),
        published=_newest(skill),
    )


def publish_draft(actor: Actor, digest: str, *, now: datetime) -> FrameworkVersionRow:
    """Publish what was uploaded and shown; a second click finds it published and changes nothing."""
    return publish_skill(actor, get_draft(actor, digest).skill, now=now)


def publish_skill(actor: Actor | None, skill: FrameworkSkill, *, now: datetime) -> FrameworkVersionRow:
    """Publish a skill as the next version in its language; nobody is the actor on the command line.

    The same words again change nothing. Raises NotAllowed, also where another council published words of this skill,
    and Conflict when somebody else published meanwhile.
    """
    if actor is not None and not actor.may(Permission.FRAMEWORK_PUBLISH):
        raise NotAllowed(Message("Only council staff and administrators publish skills."))
    if actor is not None and (owner := _other_owner(actor, skill.code)):
        raise NotAllowed(_belongs_to(skill.code, owner))
    before, columns = _newest(skill), stored(skill)
    if before is not None and before.sha256 == columns["sha256"]:
        return before
    row = FrameworkVersionRow(
        code=skill.code,
        language=skill.language,
        number=before.number + 1 if before else 1,
        name=skill.name,
        wording=skill.wording,
        published_by=actor.person_id if actor else None,
        published_at=now,
        **columns,
    )
    db.session.add(row)
    try:
        db.session.flush()
    except IntegrityError as fault:
        db.session.rollback()
        newest = _newest(skill)
        if newest is not None and newest.sha256 == columns["sha256"]:  # another click was faster
            return newest
        raise Conflict(
            Message(
                "%(code)s was published by somebody else a moment ago. Upload it again to see what differs.",
                {"code": skill.code},
            )
        ) from fault
    facts = {"skill": f"{skill.code} {skill.name}", "number": str(row.number)}
    history.record(actor, THING, row.id, Message("published %(skill)s, version %(number)s", facts), now=now)
    db.session.commit()
    return row


def list_versions(code: str) -> Sequence[FrameworkVersionRow]:
    """Every published version of a skill, newest first."""
    query = select(FrameworkVersionRow).filter_by(code=code)
    return db.session.scalars(query.order_by(FrameworkVersionRow.id.desc())).all()


def _read(name: str, content: bytes, origin: Origin, language: str | None) -> Imported:
    if not name.lower().endswith(_YAML):
        return import_file(content, name, origin, language, pdf_texts.pdf_text)
    text, problems = decode_text(content, name)
    document, problems = read_document(text, name) if text is not None else (None, problems)
    if document is None or problems:
        return Imported(skill=None, lines=(), problems=tuple(problems))
    skill, problems = validate(document, FrameworkSkill)
    if skill is not None:
        problems = [document.at(problem) for problem in check_skill(skill)]
    return Imported(skill=None if has_errors(problems) else skill, lines=(), problems=tuple(problems))


def _against_others(skill: FrameworkSkill) -> list[Problem]:
    """Where the skill differs from what is published of it in other languages; that does not stop publishing."""
    others = [skill_of(row) for row in skills.newest_versions(skill.code) if row.language != skill.language]
    return list(check_editions(skill, others))


def _dropped(skill: FrameworkSkill) -> tuple[DroppedLevel, ...]:
    """The levels of the skill that its uploaded words do not define, lowest first."""
    gone = sorted(skills.levels_of(skill.code) - set(skill.numbers))
    judged, aimed = skill_levels.count_at_levels(skill.code) if gone else ({}, {})
    return tuple(
        DroppedLevel(number=number, judged=judged.get(number, 0), aimed=aimed.get(number, 0)) for number in gone
    )


def _other_owner(actor: Actor, code: str) -> OrganisationRow | None:
    """The other council whose words of a skill everybody reads; an administrator publishes over them all the same.

    What came with the software or was published by an administrator is nobody's, and any council's to replace.
    """
    if actor.has(Role.ADMINISTRATOR):
        return None
    publishers = select(FrameworkVersionRow.published_by).filter_by(code=code)
    query = select(OrganisationRow).join(RoleGrantRow, RoleGrantRow.organisation_id == OrganisationRow.id)
    query = query.where(RoleGrantRow.role == Role.COUNCIL_STAFF, RoleGrantRow.person_id.in_(publishers))
    owners = db.session.scalars(query.order_by(OrganisationRow.id)).all()
    mine = actor.organisations(Role.COUNCIL_STAFF)
    return None if any(row.id in mine for row in owners) else next(iter(owners), None)


def _belongs_to(code: str, owner: OrganisationRow) -> Message:
    return Message(
        "The words of %(code)s are published by %(owner)s. Ask them or an administrator to publish newer ones.",
        {"code": code, "owner": owner.name},
    )


def _newest(skill: FrameworkSkill) -> FrameworkVersionRow | None:
    newest = (
        select(func.max(FrameworkVersionRow.number))
        .filter_by(code=skill.code, language=skill.language)
        .scalar_subquery()
    )
    query = select(FrameworkVersionRow).filter_by(code=skill.code, language=skill.language)
    return db.session.scalar(query.where(FrameworkVersionRow.number == newest))
