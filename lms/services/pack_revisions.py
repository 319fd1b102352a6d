"""What a pack version changes against the one before it, and what of the bank, the tasks and the lessons it touches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from assessments.revisions import Revision, revision_of
from assessments.tasks import TaskFile
from curriculum.differences import PackChanges, UnitChange, changes_between
from curriculum.lessons import Lesson
from curriculum.model import QualificationPack
from lms.extensions import db
from lms.permissions import Actor
from lms.records.content import lesson_of, pack_of, task_file_of
from lms.records.published_lessons import newest_lessons
from lms.services import bank
from lms.services.curriculum import get_pack, owns
from lms.services.unit_holders import Holder, holders_of
from lms.services.versions import in_order, version_key
from lms.tables.content import LessonState, PackVersionRow, TaskVersionRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A pack against its version before: the changes, what is to be looked at, and who else holds the units.

    `revision` is for the pack's own council; else None.
    """

    earlier: PackVersionRow
    changes: PackChanges
    revision: Revision | None = None
    holders: Mapping[str, tuple[Holder, ...]] = field(default_factory=dict)

    def keeping(self, unit: UnitChange) -> tuple[Holder, ...]:
        """The other packs that go on holding the unit as it was."""
        if unit.before is None or not (unit.has_other_version or unit.after is None):
            return ()
        holders = self.holders.get(unit.before.code, ())
        return tuple(one for one in holders if one.unit_version == unit.before.version)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangesPage:
    """A published pack version with what it changed against the one before; None for the first."""

    row: PackVersionRow
    pack: QualificationPack
    comparison: Comparison | None


def show_changes(actor: Actor, pack_version_id: int) -> ChangesPage:
    """What a published version changed; everybody who may read packs sees it. Raises Absent."""
    row = get_pack(actor, pack_version_id)
    pack = pack_of(row)
    earlier = find_earlier(pack)
    found = compare(earlier, pack, reviewed=owns(actor, row)) if earlier else None
    return ChangesPage(row=row, pack=pack, comparison=found)


def find_earlier(pack: QualificationPack) -> PackVersionRow | None:
    """The published version before a pack's own."""
    versions = in_order(db.session.scalars(select(PackVersionRow).filter_by(code=pack.code)))
    return next((row for row in versions if version_key(row.version) < version_key(pack.version)), None)


def compare(earlier: PackVersionRow, pack: QualificationPack, *, reviewed: bool) -> Comparison:
    """What a pack changes against an earlier version; what is to be looked at only where it is asked for."""
    before = pack_of(earlier)
    changes = changes_between(before, pack)
    return Comparison(
        earlier=earlier,
        changes=changes,
        revision=_revision(before, changes) if reviewed else None,
        holders=holders_of([unit.code for unit in (*before.units, *pack.units)], besides=pack.code),
    )


def _revision(before: QualificationPack, changes: PackChanges) -> Revision:
    codes = [unit.code for unit in before.units]
    faces = [face for found in bank.list_faces([before]).values() for face in found]
    return revision_of(changes, faces, _task_files(codes), _lessons(codes))


def _task_files(codes: Sequence[str]) -> Sequence[TaskFile]:
    rows = select(TaskVersionRow).where(TaskVersionRow.unit_code.in_(codes)).order_by(TaskVersionRow.number)
    newest = {row.unit_code: row for row in db.session.scalars(rows)}
    return [task_file_of(row) for row in newest.values()]


def _lessons(codes: Sequence[str]) -> Sequence[Lesson]:
    rows = newest_lessons(codes).values()
    return [lesson_of(row) for row in rows if row.state == LessonState.PUBLISHED]
