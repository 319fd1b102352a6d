"""Publishing a job role from an uploaded file: check first, keep what was read, publish it on the person's word."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from assessments.words import Message
from curriculum.problems import Problem, Severity, error, has_errors, problem_from_json, problem_json
from curriculum.role_checks import Standards, check_role
from curriculum.roles import RoleProfile, read_role
from lms.extensions import db
from lms.permissions import Actor
from lms.records.content import stored
from lms.services import code_owners, drafts, history, publishing, skills
from lms.services.drafts import ContentDraft
from lms.services.errors import Absent, Conflict, NotAllowed
from lms.services.roles import units_of
from lms.tables.people import OrganisationRow, Role
from lms.tables.roles import RoleVersionRow

DRAFTS = "role-drafts"
MOST_BYTES = 500_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleDraft(ContentDraft[RoleVersionRow]):
    """A role that was uploaded and read, its oddities, the versions there are, and what is published as this version.

    That may be other content, of somebody who was faster.
    """

    role: RoleProfile
    warnings: tuple[Problem, ...]
    versions: tuple[str, ...]


def check_upload(actor: Actor, name: str, content: bytes) -> tuple[str | None, tuple[Problem, ...]]:
    """Read an uploaded file. Returns the draft's hash when it can be published (else None), and every problem."""
    if len(content) > MOST_BYTES:
        facts = {"file": name, "size": str(MOST_BYTES // 1000)}
        return None, (error("", Message("%(file)s is larger than %(size)s kB; no job role is", facts)),)
    role, document, problems = read_role(content, name)
    if role is None:
        return None, tuple(problems)
    faults = [*check_role(role, standards_for(role)), *_publishing_faults(actor, role)]
    problems = [document.at(problem) for problem in faults]
    if has_errors(problems):
        return None, tuple(problems)
    columns = stored(role)
    oddities = (problem for problem in problems if problem.severity is Severity.WARNING)
    kept = {"role": columns["content"], "warnings": [problem_json(one) for one in oddities]}
    drafts.keep_draft(actor, DRAFTS, columns["sha256"], json.dumps(kept))
    return columns["sha256"], tuple(problems)


def get_draft(actor: Actor, digest: str) -> RoleDraft:
    """A role that this person uploaded; raises Absent."""
    role, warnings = _kept(actor, digest)
    rows = _versions(role.code)
    return RoleDraft(
        sha256=digest,
        role=role,
        warnings=warnings,
        versions=tuple(row.version for row in rows),
        published=next((row for row in rows if row.version == role.version), None),
    )


def publish_draft(actor: Actor, digest: str, *, now: datetime) -> RoleVersionRow:
    """Publish what was uploaded and shown; a second click finds it published and changes nothing."""
    if not actor.has(Role.COUNCIL_STAFF):
        raise NotAllowed(Message("Only council staff publish job roles."))
    council = code_owners.hold_council(actor)
    done = db.session.scalar(select(RoleVersionRow).filter_by(sha256=digest))
    if done is not None:
        return done
    role, _ = _kept(actor, digest)
    if owner := _other_owner(actor, role.code):
        raise NotAllowed(_belongs_to(role.code, owner))
    try:
        row = publishing.add_role(council.id, role, now=now)
    except IntegrityError as fault:
        db.session.rollback()
        raise Conflict(
            Message("%(code)s was published by somebody else a moment ago. Upload it again.", {"code": role.code})
        ) from fault
    facts = {"version": role.version, "duties": str(len(role.duties))}
    history.record(
        actor,
        "role_version",
        row.id,
        Message("published version %(version)s with %(duties)s duties", facts),
        now=now,
    )
    db.session.commit()
    drafts.drop_draft(actor, DRAFTS, digest)
    return row


def standards_for(role: RoleProfile) -> Standards:
    """What of the published units and skills a role may be mapped to."""
    criteria = {unit.code: [one.id for one in unit.criteria] for unit in units_of(role.unit_codes())}
    levels = {one.code: one.skill.numbers for one in skills.list_skills(skills.FIRST_LANGUAGE)}
    return Standards(criteria=criteria, levels=levels)


def _publishing_faults(actor: Actor, role: RoleProfile) -> Iterator[Problem]:
    """Why a role that is sound in itself cannot be published by this council."""
    if owner := _other_owner(actor, role.code):
        yield error("code", _belongs_to(role.code, owner))
    if len(role.title) > 300 or not role.title.isprintable():
        yield error("title", Message("is longer than 300 signs or holds signs that cannot be printed"))
    for path, _kind, line in role.each():
        if len(line.id) > 20:
            words = Message("%(id)s… is longer than 20 signs; write one such as D3-2", {"id": line.id[:20]})
            yield error(f"{path}.id", words)
    if len(role.version) > 20:
        yield error("version", Message("is longer than 20 signs; write one such as 1.1"))
    for row in _versions(role.code):
        if row.version == role.version and row.sha256 != stored(role)["sha256"]:
            facts = {"code": role.code, "version": role.version}
            words = Message("%(code)s is published at version %(version)s with other content; raise the version", facts)
            yield error("version", words)


def _other_owner(actor: Actor, code: str) -> OrganisationRow | None:
    """The other council that published a role of this code; what came with the software is nobody's."""
    owned = select(RoleVersionRow.council_id).where(RoleVersionRow.code == code, RoleVersionRow.council_id.is_not(None))
    owners = db.session.scalars(select(OrganisationRow).where(OrganisationRow.id.in_(owned))).all()
    mine = actor.organisations(Role.COUNCIL_STAFF)
    return None if any(row.id in mine for row in owners) else next(iter(owners), None)


def _belongs_to(code: str, owner: OrganisationRow) -> Message:
    return Message(
        "The job role %(code)s belongs to %(owner)s. Use a code of your own.", {"code": code, "owner": owner.name}
    )


def _versions(code: str) -> list[RoleVersionRow]:
    query = select(RoleVersionRow).filter_by(code=code)
    return list(db.session.scalars(query.order_by(RoleVersionRow.id.desc())))


def _kept(actor: Actor, digest: str) -> tuple[RoleProfile, tuple[Problem, ...]]:
    kept = json.loads(drafts.get_draft(actor, DRAFTS, digest))
    role = RoleProfile.model_validate_json(kept["role"])
    if stored(role)["sha256"] != digest:
        raise Absent
    return role, tuple(map(problem_from_json, kept["warnings"]))
