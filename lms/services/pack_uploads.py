"""Publishing a pack from uploaded files: check first, keep what was read for the person, publish it on their word."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import IntegrityError

from assessments.words import Message
from curriculum.bundle import Bundle, read_bundle
from curriculum.model import NosUnit, QualificationPack
from curriculum.problems import Place, Problem, Severity, error, problem_from_json, problem_json
from lms.extensions import db
from lms.permissions import Actor
from lms.records.content import stored
from lms.services import code_owners, drafts, history, publishing
from lms.services.code_owners import belongs_to, other_owner
from lms.services.drafts import ContentDraft
from lms.services.errors import Absent, Conflict, NotAllowed
from lms.services.pack_revisions import Comparison, compare, find_earlier
from lms.services.unit_holders import Holder, holders_of
from lms.services.versions import in_order
from lms.tables.content import PackVersionRow, UnitVersionRow
from lms.tables.people import OrganisationRow, Role

DRAFTS = "pack-drafts"
_CODE = re.compile(r"[A-Za-z0-9]{1,10}/[A-Za-z0-9./-]{1,28}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PackDraft(ContentDraft[PackVersionRow]):
    """A pack that was uploaded and read: what it would change, whether it is published already, who shares its units.

    Without an earlier version there is nothing to compare it with. `published` is what is published under its code and
    version, which may be other content of somebody who was faster.
    """

    pack: QualificationPack
    warnings: tuple[Problem, ...]
    comparison: Comparison | None = None
    holders: Mapping[str, tuple[Holder, ...]] = field(default_factory=dict)


def is_code(code: str) -> bool:
    """Whether this can be the code of a pack or a unit, such as ASC/Q1106."""
    return _CODE.fullmatch(code) is not None


def check_upload(
    actor: Actor, files: Sequence[tuple[str, bytes]], *, are_theirs: bool = True
) -> tuple[str | None, tuple[Problem, ...]]:
    """Read uploaded files. Returns the draft's hash when it can be published (else None), and every problem.

    Oddities name their place in the files, unless these are not the person's own.
    """
    bundle = read_bundle(files)
    if bundle.pack is None:
        return None, bundle.problems
    faults = list(_publishing_faults(actor, bundle, bundle.pack))
    if faults:
        return None, (*faults, *bundle.problems)
    columns = stored(bundle.pack)
    oddities = (problem for problem in bundle.problems if problem.severity is Severity.WARNING)
    warnings = [one if are_theirs else replace(one, place=Place()) for one in oddities]
    kept = json.dumps({"pack": columns["content"], "warnings": [problem_json(one) for one in warnings]})
    drafts.keep_draft(actor, DRAFTS, columns["sha256"], kept)
    return columns["sha256"], bundle.problems


def get_draft(actor: Actor, digest: str) -> PackDraft:
    """A pack that this person uploaded, with what it changes against the version before; raises Absent."""
    pack, warnings = _kept(actor, digest)
    versions = in_order(db.session.scalars(select(PackVersionRow).filter_by(code=pack.code)))
    published = next((row for row in versions if row.version == pack.version), None)
    earlier = find_earlier(pack) or next((row for row in versions if row.version != pack.version), None)
    comparison = compare(earlier, pack, reviewed=True) if earlier else None
    codes = [unit.code for unit in pack.units]
    return PackDraft(
        sha256=digest,
        pack=pack,
        warnings=warnings,
        comparison=comparison,
        published=published,
        holders=comparison.holders if comparison else holders_of(codes, besides=pack.code),
    )


def get_published(actor: Actor, digest: str) -> PackVersionRow:
    """What a draft of the actor's council became, by the draft's hash; raises Absent."""
    row = db.session.scalar(select(PackVersionRow).where(PackVersionRow.sha256 == digest, _owned(actor)))
    if row is None:
        raise Absent
    return row


def publish_draft(actor: Actor, digest: str, *, now: datetime) -> PackVersionRow:
    """Publish what was uploaded and shown; a second click finds it published and changes nothing."""
    _hold_council(actor)
    with suppress(Absent):
        return get_published(actor, digest)
    pack, _ = _kept(actor, digest)
    row = publish_pack(actor, pack, now=now)
    drafts.drop_draft(actor, DRAFTS, digest)
    return row


def publish_pack(actor: Actor, pack: QualificationPack, *, now: datetime) -> PackVersionRow:
    """Publish a pack version of the actor's council.

    The same content again changes nothing. Raises Conflict for other content under a published version, NotAllowed
    when the pack or one of its new units belongs to another council.
    """
    council = _hold_council(actor)
    for code, version in _codes(pack):
        if owner := _other_owner(actor, code, version):
            raise NotAllowed(belongs_to(code, owner))
    known = db.session.scalar(select(PackVersionRow.id).filter_by(code=pack.code, version=pack.version))
    try:
        row = publishing.add_pack(council.id, pack, now=now)
    except IntegrityError as fault:
        db.session.rollback()
        raise Conflict(
            Message(
                "%(code)s was published by somebody else a moment ago. Upload it again to see what differs.",
                {"code": pack.code},
            )
        ) from fault
    if known is None:
        facts = {"version": pack.version, "criteria": str(len(pack.criterion_refs()))}
        done = Message("published version %(version)s with %(criteria)s criteria", facts)
        history.record(actor, "pack_version", row.id, done, now=now)
    db.session.commit()
    return row


def _hold_council(actor: Actor) -> OrganisationRow:
    if not actor.has(Role.COUNCIL_STAFF):
        raise NotAllowed(Message("Only council staff publish packs.", {}))
    return code_owners.hold_council(actor)


def _publishing_faults(actor: Actor, bundle: Bundle, pack: QualificationPack) -> Iterator[Problem]:
    """Why a pack that is sound in itself cannot be published by this council."""
    for code, version in _codes(pack):
        if not is_code(code) or len(version) > 20:
            facts = {"code": code[:40]}
            words = Message("“%(code)s” is no code; write one such as ASC/Q1106, at most 39 signs", facts)
            yield bundle.at(code, error("code", words))
        elif owner := _other_owner(actor, code, version):
            yield bundle.at(code, error("code", belongs_to(code, owner)))
    for code, title in ((pack.code, pack.title), *((unit.code, unit.title) for unit in pack.units)):
        if len(title) > 300 or not title.isprintable():
            words = Message("is longer than 300 signs or holds signs that cannot be printed")
            yield bundle.at(code, error("title", words))
    contents: tuple[QualificationPack | NosUnit, ...] = (pack, *pack.units)
    for value in contents:
        kept = _published_hash(value)
        if kept is not None and kept != stored(value)["sha256"]:
            facts = {"code": value.code, "version": value.version}
            words = Message("%(code)s is published at version %(version)s with other content; raise the version", facts)
            yield bundle.at(value.code, error("version", words))


def _published_hash(value: QualificationPack | NosUnit) -> str | None:
    table = UnitVersionRow if isinstance(value, NosUnit) else PackVersionRow
    return db.session.scalar(select(table.sha256).filter_by(code=value.code, version=value.version))


def _codes(pack: QualificationPack) -> list[tuple[str, str]]:
    return [(pack.code, pack.version), *((unit.code, unit.version) for unit in pack.units)]


def _other_owner(actor: Actor, code: str, version: str) -> OrganisationRow | None:
    """The other council that owns codes of this beginning. A unit that is published may stand in anybody's pack."""
    if db.session.scalar(select(UnitVersionRow.id).filter_by(code=code, version=version)):
        return None
    return other_owner(actor, code)


def _owned(actor: Actor) -> ColumnElement[bool]:
    return PackVersionRow.council_id.in_(actor.organisations(Role.COUNCIL_STAFF))


def _kept(actor: Actor, digest: str) -> tuple[QualificationPack, tuple[Problem, ...]]:
    kept = json.loads(drafts.get_draft(actor, DRAFTS, digest))
    pack = QualificationPack.model_validate_json(kept["pack"])
    if stored(pack)["sha256"] != digest:
        raise Absent
    return pack, tuple(map(problem_from_json, kept["warnings"]))
