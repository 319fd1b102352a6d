"""Assessment schemes of a council's packs: drafts that are saved, checked and published, once and for ever."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from pydantic import ValidationError
from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError

from assessments.comparison import MarksChange, RuleChange, marks_changes, rule_changes
from assessments.drafting import carried_over, first_scheme
from assessments.errors import Shortage
from assessments.marks import shown
from assessments.model import AssessmentScheme, MarksStatus
from assessments.scheme import check_scheme
from assessments.words import Message
from curriculum.model import QualificationPack
from curriculum.problems import Problem, has_errors
from lms.extensions import db
from lms.permissions import Actor
from lms.records.content import pack_of, scheme_of, stored
from lms.records.schemes import newest_published
from lms.services import bank, history, publishing
from lms.services.errors import Absent, Conflict, Faulty
from lms.services.scheme_faults import Fault, SchemeFaults, faults_of, limits_of
from lms.services.versions import version_key
from lms.tables.content import ContentState, PackVersionRow, SchemeVersionRow
from lms.tables.people import Role

# What a draft never takes from a form: they say which scheme it is, and publishing decides on the marks' status.
FIXED = ("code", "version", "pack", "pack_version", "marks_status")


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemePage:
    """A scheme with its pack and what its page tells this person."""

    row: SchemeVersionRow
    scheme: AssessmentScheme
    pack_row: PackVersionRow
    pack: QualificationPack
    is_own: bool
    is_newest: bool
    versions: tuple[SchemeVersionRow, ...]
    problems: tuple[Problem, ...]
    shortages: tuple[Shortage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeChanges:
    """What a draft changes against the scheme published before it (None: there is none).

    `other_version` is the pack version of that scheme where it is an earlier one; schemes of each count from 1.
    """

    against: SchemeVersionRow | None
    other_version: str
    marks: tuple[MarksChange, ...]
    rules: tuple[RuleChange, ...]


def drafts_of(pack_version_ids: Sequence[int]) -> dict[int, SchemeVersionRow]:
    """The draft of each pack version that has one."""
    query = select(SchemeVersionRow).where(SchemeVersionRow.pack_version_id.in_(pack_version_ids))
    return {row.pack_version_id: row for row in db.session.scalars(query.filter_by(state=ContentState.DRAFT))}


def list_schemes(actor: Actor, pack_row: PackVersionRow) -> Sequence[SchemeVersionRow]:
    """The schemes of a pack version, newest first; drafts only for the pack's own council."""
    query = select(SchemeVersionRow).filter_by(pack_version_id=pack_row.id).order_by(SchemeVersionRow.number.desc())
    if not _owns(actor, pack_row):
        query = query.filter_by(state=ContentState.PUBLISHED)
    return db.session.scalars(query).all()


def get_scheme(actor: Actor, scheme_id: int) -> tuple[SchemeVersionRow, PackVersionRow]:
    """A published scheme, or a draft of the actor's own council; raises Absent."""
    mine = PackVersionRow.council_id.in_(actor.organisations(Role.COUNCIL_STAFF))
    seen = or_(SchemeVersionRow.state == ContentState.PUBLISHED, mine)
    query = select(SchemeVersionRow, PackVersionRow).join(
        PackVersionRow, PackVersionRow.id == SchemeVersionRow.pack_version_id
    )
    found = db.session.execute(query.where(SchemeVersionRow.id == scheme_id, seen)).one_or_none()
    if found is None:
        raise Absent
    return found[0], found[1]


def get_own_scheme(actor: Actor, scheme_id: int) -> tuple[SchemeVersionRow, PackVersionRow]:
    """A scheme of the actor's own council; raises Absent for anybody else's."""
    row, pack_row = get_scheme(actor, scheme_id)
    if not _owns(actor, pack_row):
        raise Absent
    return row, pack_row


def show_scheme(actor: Actor, scheme_id: int) -> SchemePage:
    """What the page of a scheme tells; problems and shortages are for its council."""
    row, pack_row = get_scheme(actor, scheme_id)
    scheme, pack, mine = scheme_of(row), pack_of(pack_row), _owns(actor, pack_row)
    versions = tuple(list_schemes(actor, pack_row))
    return SchemePage(
        row=row,
        scheme=scheme,
        pack_row=pack_row,
        pack=pack,
        is_own=mine,
        is_newest=versions[0].id == row.id,
        versions=versions,
        problems=tuple(check_scheme(scheme, pack)) if mine else (),
        shortages=bank.list_shortages(pack, scheme, bank.list_faces([pack])) if mine else (),
    )


def show_draft(actor: Actor, scheme_id: int) -> SchemePage:
    """The same of a draft, for editing it; raises Conflict when it is published."""
    _own_draft(actor, scheme_id)
    return show_scheme(actor, scheme_id)


def start_draft(actor: Actor, pack_version_id: int, *, now: datetime) -> SchemeVersionRow:
    """The draft of a pack version: the one there is, else a copy of the newest scheme, else a plain first one."""
    # The pack is locked, so that two clicks make one draft; assessments that refer to it do not wait.
    pack_row = db.session.get(PackVersionRow, pack_version_id, with_for_update={"key_share": True})
    if pack_row is None or not _owns(actor, pack_row):
        raise Absent
    if kept := drafts_of([pack_row.id]).get(pack_row.id):
        return kept
    base, pack = base_for(pack_row), pack_of(pack_row)
    number = max((row.number for row in list_schemes(actor, pack_row)), default=0) + 1
    scheme = carried_over(scheme_of(base) if base else first_scheme(pack), pack, number)
    try:
        row = publishing.add_scheme(pack_row.id, scheme, ContentState.DRAFT, now=now)
    except IntegrityError:
        db.session.rollback()
        return drafts_of([pack_version_id])[pack_version_id]
    history.record(actor, "scheme_version", row.id, Message("started the draft"), now=now)
    words = Message("started a draft of scheme %(number)s", {"number": str(row.number)})
    history.record(actor, "pack_version", pack_row.id, words, now=now)
    db.session.commit()
    return row


def read_scheme(actor: Actor, scheme_id: int, document: Mapping[str, Any]) -> AssessmentScheme:
    """A draft's form as a scheme, nothing written; raises SchemeFaults with every fault of shape at its path."""
    row, _ = _own_draft(actor, scheme_id)
    return _read(row, document)


def save_draft(
    actor: Actor, scheme_id: int, document: Mapping[str, Any], *, seen: str, now: datetime
) -> SchemeVersionRow:
    """Save a draft. `seen` is the hash of what the person had before them; raises Conflict when it moved on meanwhile.

    Saving what is there already changes nothing. Faults against the pack are kept: only publishing refuses them.
    """
    row, _ = _own_draft(actor, scheme_id)
    columns = stored(_read(row, document))
    if columns["sha256"] == row.sha256:
        return row
    change_draft(row, seen, columns)
    history.record(actor, "scheme_version", row.id, Message("changed the draft"), now=now)
    db.session.commit()
    return row


def changes_of(actor: Actor, scheme_id: int) -> SchemeChanges:
    """What a scheme changes against the one published before it, of this pack version or else of an earlier one."""
    row, pack_row = get_own_scheme(actor, scheme_id)
    before = base_for(pack_row, row.number)
    if before is None:
        return SchemeChanges(against=None, other_version="", marks=(), rules=())
    old, new = scheme_of(before), scheme_of(row)
    return SchemeChanges(
        against=before,
        other_version=other_version(before, pack_row),
        marks=marks_changes(old, new),
        rules=rule_changes(old, new),
    )


def other_version(row: SchemeVersionRow, pack_row: PackVersionRow) -> str:
    """The version of the pack that a scheme is of, where it is none of this version; else empty."""
    if row.pack_version_id == pack_row.id:
        return ""
    return db.session.get_one(PackVersionRow, row.pack_version_id).version


def publish_scheme(
    actor: Actor, scheme_id: int, *, status: str, typed: str, seen: str, now: datetime
) -> SchemeVersionRow:
    """Publish a draft for ever. Official marks need the pack's code typed; a second click changes nothing.

    Raises SchemeFaults when the scheme does not fit its pack, Conflict when the draft moved on after it was seen.
    """
    status = MarksStatus(status)
    row, pack_row = get_own_scheme(actor, scheme_id)
    if row.state == ContentState.PUBLISHED:
        if row.marks_status == status:
            return row
        raise Conflict(Message("This scheme is published already and cannot change. Edit it to make the next one."))
    if status is MarksStatus.MISSING:
        raise Faulty(Message("Choose whether the marks are sample figures or your council’s official ones."))
    if status is MarksStatus.OFFICIAL and typed.strip().upper() != pack_row.code.upper():
        raise Faulty(
            Message(
                "To say that these are your council’s own marks, type the pack’s code: %(code)s.",
                {"code": pack_row.code},
            )
        )
    scheme = scheme_of(row).model_copy(update={"marks_status": status})
    problems = check_scheme(scheme, pack_of(pack_row))
    if has_errors(problems):
        raise SchemeFaults(faults_of(problems))
    change_draft(
        row, seen, {**stored(scheme), "state": ContentState.PUBLISHED, "marks_status": status, "published_at": now}
    )
    _record_publishing(actor, row, scheme, now)
    db.session.commit()
    return row


def _record_publishing(actor: Actor, row: SchemeVersionRow, scheme: AssessmentScheme, now: datetime) -> None:
    facts = {"number": str(row.number), "marks": shown(scheme.total() * Fraction(scheme.mark_unit))}
    official = scheme.marks_status is MarksStatus.OFFICIAL
    words = (
        Message("published scheme %(number)s with official marks, %(marks)s in all", facts)
        if official
        else Message("published scheme %(number)s with sample marks, %(marks)s in all", facts)
    )
    history.record(actor, "scheme_version", row.id, words, now=now)
    history.record(actor, "pack_version", row.pack_version_id, words, now=now)


def _own_draft(actor: Actor, scheme_id: int) -> tuple[SchemeVersionRow, PackVersionRow]:
    row, pack_row = get_own_scheme(actor, scheme_id)
    if row.state != ContentState.DRAFT:
        raise Conflict(Message("This scheme is published and cannot change. Edit it to make the next one."))
    return row, pack_row


def _read(row: SchemeVersionRow, document: Mapping[str, Any]) -> AssessmentScheme:
    present = scheme_of(row)
    fixed = {name: getattr(present, name) for name in FIXED}
    faults: tuple[Fault, ...] = ()
    try:
        scheme = AssessmentScheme.model_validate({**document, **fixed})
    except ValidationError as fault:
        raise SchemeFaults((*faults_of(fault), *limits_of(document))) from fault
    if faults := tuple(limits_of(document)):
        raise SchemeFaults(faults)
    return scheme


def change_draft(row: SchemeVersionRow, seen: str, values: Mapping[str, Any]) -> None:
    """Change a draft if it still is what the person saw; raises Conflict."""
    statement = update(SchemeVersionRow).where(
        SchemeVersionRow.id == row.id,
        SchemeVersionRow.state == ContentState.DRAFT,
        SchemeVersionRow.sha256 == seen,
    )
    statement = statement.values(**values).returning(SchemeVersionRow.id)
    if db.session.scalar(statement, execution_options={"synchronize_session": False}) is None:
        db.session.rollback()
        raise Conflict(
            Message("Somebody else changed this scheme after you opened it. Open it again to see what it is now.")
        )
    db.session.refresh(row)


def base_for(pack_row: PackVersionRow, below: int | None = None) -> SchemeVersionRow | None:
    """The scheme published before: of this pack version (with a number below), else of the version before it."""
    query = select(SchemeVersionRow).filter_by(pack_version_id=pack_row.id, state=ContentState.PUBLISHED)
    if below is not None:
        query = query.where(SchemeVersionRow.number < below)
    if found := db.session.scalar(query.order_by(SchemeVersionRow.number.desc()).limit(1)):
        return found
    others = db.session.scalars(select(PackVersionRow).filter_by(code=pack_row.code)).all()
    earlier = [row for row in others if version_key(row.version) < version_key(pack_row.version)]
    in_force = newest_published([row.id for row in earlier])
    by_age = sorted(earlier, key=lambda row: version_key(row.version), reverse=True)
    return next((in_force[row.id] for row in by_age if row.id in in_force), None)


def _owns(actor: Actor, pack_row: PackVersionRow) -> bool:
    return pack_row.council_id in actor.organisations(Role.COUNCIL_STAFF)
