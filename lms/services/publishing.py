"""Publishing content: immutable versions from files. Same content again does nothing; other content is refused."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel
from sqlalchemy import func, select

from assessments.model import AssessmentScheme
from assessments.scheme import load_scheme, scheme_path
from assessments.tasks import TaskFile, load_tasks, tasks_path
from assessments.words import Message
from curriculum.errors import ContentFaulty
from curriculum.frameworks import FrameworkSkill, load_skill, shipped_skills
from curriculum.lessons import Lesson, load_lesson
from curriculum.loading import file_stem, load_pack, shipped_packs
from curriculum.model import NosUnit, QualificationPack
from curriculum.problems import has_errors
from curriculum.roles import RoleProfile, load_role, shipped_roles
from lms.extensions import db
from lms.records.content import stored
from lms.services import history
from lms.services.errors import Conflict
from lms.settings import ROOT
from lms.tables.content import (
    ContentState,
    ItemVersionRow,
    LessonVersionRow,
    PackUnitRow,
    PackVersionRow,
    SchemeVersionRow,
    TaskVersionRow,
    UnitVersionRow,
)
from lms.tables.keys import ItemKeyRow
from lms.tables.people import OrganisationKind, OrganisationRow
from lms.tables.roles import RoleVersionRow
from lms.tables.skills import FrameworkVersionRow
from question_bank.keys import ItemKey
from question_bank.loading import face_of, items_path, key_of, load_items
from question_bank.model import ItemFace

LESSONS = ROOT / "lms" / "lessons"
# Who owns the packs that are shipped, by the first part of their code: councils, and an employer in a council's place.
COUNCILS = {
    "ASC": "Automotive Skills Development Council",
    "RAS": "Retailers Association’s Skill Council of India",
    "EMP": "Example Books (employer)",
}


def load_shipped(*, now: datetime) -> None:
    """Publish all shipped content that the database does not have; raises ContentFaulty when a file has errors."""
    for path in shipped_packs():
        pack, problems = load_pack(path)
        if pack is None:
            raise ContentFaulty(problems)
        council = _council_of(pack, now)
        row = add_pack(council.id, pack, now=now)
        for unit in pack.units:
            _load_unit_content(unit, now)
        scheme, _, problems = load_scheme(scheme_path(pack.code))
        if scheme is None:
            raise ContentFaulty(problems)
        if not db.session.scalar(select(func.count()).select_from(SchemeVersionRow).filter_by(pack_version_id=row.id)):
            add_scheme(row.id, scheme, ContentState.PUBLISHED, now=now)
    for path in shipped_roles():
        role, _, problems = load_role(path)
        if role is None:
            raise ContentFaulty(problems)
        add_role(None, role, now=now)
    _load_skills(now)
    db.session.commit()


def add_pack(council_id: int, pack: QualificationPack, *, now: datetime) -> PackVersionRow:
    """Add a pack version and its unit versions, in the caller's transaction; raises Conflict for other content."""
    units = [
        _add_once(UnitVersionRow, {"code": unit.code, "version": unit.version}, unit, now, title=unit.title)
        for unit in pack.units
    ]
    row: PackVersionRow = _add_once(
        PackVersionRow,
        {"code": pack.code, "version": pack.version},
        pack,
        now,
        title=pack.title,
        council_id=council_id,
    )
    if db.session.scalar(select(PackUnitRow.id).filter_by(pack_version_id=row.id).limit(1)) is None:
        for place, unit in enumerate(units, start=1):
            db.session.add(PackUnitRow(pack_version_id=row.id, unit_version_id=unit.id, place=place))
    return row


def add_role(council_id: int | None, role: RoleProfile, *, now: datetime) -> RoleVersionRow:
    """Add a role version, in the caller's transaction; raises Conflict for other content."""
    names: dict[str, str | int] = {"code": role.code, "version": role.version}
    row: RoleVersionRow = _add_once(RoleVersionRow, names, role, now, title=role.title, council_id=council_id)
    return row


def add_scheme(
    pack_version_id: int, scheme: AssessmentScheme, state: ContentState, *, now: datetime
) -> SchemeVersionRow:
    """Add a scheme version under the pack version's next number, in the caller's transaction."""
    newest = select(func.max(SchemeVersionRow.number)).filter_by(pack_version_id=pack_version_id)
    row = SchemeVersionRow(
        pack_version_id=pack_version_id,
        number=(db.session.scalar(newest) or 0) + 1,
        state=state,
        marks_status=scheme.marks_status,
        created_at=now,
        published_at=now if state is ContentState.PUBLISHED else None,
        **stored(scheme),
    )
    db.session.add(row)
    db.session.flush()
    return row


def _load_skills(now: datetime) -> None:
    for path in shipped_skills():
        skill, _, problems = load_skill(path)
        if skill is None or has_errors(problems):
            raise ContentFaulty(problems)
        names = {"code": skill.code, "language": skill.language}
        _add_numbered(FrameworkVersionRow, names, skill, now, name=skill.name, wording=skill.wording)


def _load_unit_content(unit: NosUnit, now: datetime) -> None:
    """What the unit has; a file that is not written yet is told by `check`, and is loaded when it is there."""
    if items_path(unit.code).exists():
        entries, _, problems = load_items(items_path(unit.code))
        if entries is None:
            raise ContentFaulty(problems)
        _add_items([(face_of(entry, unit.code), key_of(entry)) for entry in entries.items], now)
    if tasks_path(unit.code).exists():
        tasks, _, problems = load_tasks(tasks_path(unit.code))
        if tasks is None:
            raise ContentFaulty(problems)
        _add_numbered(TaskVersionRow, {"unit_code": unit.code}, tasks, now)
    for path in sorted((LESSONS / file_stem(unit.code)).glob("*.md")):
        lesson, problems = load_lesson(path)
        if lesson is None:
            raise ContentFaulty(problems)
        header = lesson.header
        names = {"unit_code": unit.code, "slug": header.slug, "language": header.language}
        _add_numbered(LessonVersionRow, names, lesson, now, position=header.position, title=header.title)


def _add_items(items: Sequence[tuple[ItemFace, ItemKey]], now: datetime) -> None:
    """Add sample items that the database does not have, faces and keys apart; raises Conflict for other content."""
    query = select(ItemVersionRow.code, ItemVersionRow.version, ItemVersionRow.id, ItemVersionRow.sha256)
    query = query.add_columns(ItemKeyRow.sha256.label("key"))
    query = query.outerjoin(ItemKeyRow, ItemKeyRow.item_version_id == ItemVersionRow.id)
    query = query.where(ItemVersionRow.code.in_([face.id for face, _key in items]))
    kept = {(row.code, row.version): row for row in db.session.execute(query)}
    new: list[ItemVersionRow] = []
    for face, key in items:
        row = kept.get((face.id, face.version))
        if row is None:
            names = {"code": face.id, "version": face.version, "unit_code": face.unit, "use": face.use}
            new.append(ItemVersionRow(**names, **stored(face), is_sample=True, published_at=now))
        elif (row.sha256, row.key) != (stored(face)["sha256"], stored(key)["sha256"]):
            raise _raise_the_version(face.id, str(face.version))
    # Together, in one statement each: one by one a thousand items take seconds of every first start.
    db.session.add_all(new)
    db.session.flush()
    keys = {(face.id, face.version): key for face, key in items}
    db.session.add_all(ItemKeyRow(item_version_id=row.id, **stored(keys[row.code, row.version])) for row in new)


def _add_once(table: type, names: dict[str, str | int], value: BaseModel, now: datetime, **columns: object):  # type: ignore[no-untyped-def]
    """The row of these names: the one that is there when its content is the same, else a new one."""
    kept = db.session.scalar(select(table).filter_by(**names))
    content = stored(value)
    if kept is not None:
        if kept.sha256 != content["sha256"]:
            raise _raise_the_version(str(names["code"]), str(names["version"]))
        return kept
    row = table(**names, **content, **columns, published_at=now)
    db.session.add(row)
    db.session.flush()
    return row


def _add_numbered(
    table: type, names: dict[str, str], value: TaskFile | Lesson | FrameworkSkill, now: datetime, **columns: object
) -> None:
    """Add shipped content that has no version of its own, where the database has none of that name."""
    if db.session.scalar(select(table).filter_by(**names).limit(1)) is None:
        db.session.add(table(**names, number=1, **stored(value), **columns, published_at=now))


def _council_of(pack: QualificationPack, now: datetime) -> OrganisationRow:
    code = pack.code.partition("/")[0]
    council = db.session.scalar(select(OrganisationRow).filter_by(code=code))
    if council is None:
        name = COUNCILS.get(code, code)
        council = OrganisationRow(kind=OrganisationKind.COUNCIL, code=code, name=name, created_at=now)
        db.session.add(council)
        db.session.flush()
        history.record(None, "organisation", council.id, Message("added with the shipped content"), now=now)
    return council


def _raise_the_version(code: str, version: str) -> Conflict:
    return Conflict(
        Message(
            "%(code)s is published at version %(version)s with other content. Raise the version and publish again.",
            {"code": code, "version": version},
        )
    )
