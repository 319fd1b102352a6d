"""Coverage of a published pack: where each line is taught, asked and shown, language by language, and the holes."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from assessments.coverage import Hole, LineCoverage, UnitCoverage, coverage_of, holes_in
from assessments.model import AssessmentScheme
from assessments.tasks import TaskFile
from curriculum.lessons import FIRST_LANGUAGE
from curriculum.model import NosUnit, QualificationPack
from lms.extensions import db
from lms.permissions import Actor
from lms.records.content import lesson_of, pack_of, scheme_of, task_file_of
from lms.records.published_lessons import newest_lessons
from lms.records.schemes import newest_published
from lms.services import bank
from lms.services.curriculum import get_pack, owns
from lms.tables.content import LessonState, PackVersionRow, TaskVersionRow


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixLine:
    """One line of a unit, with its coverage in each language; tasks and marks are the same in all."""

    by_language: Mapping[str, LineCoverage]

    @property
    def own(self) -> LineCoverage:
        """The line itself; what differs by language is in `by_language`."""
        return next(iter(self.by_language.values()))

    def holes(self, languages: tuple[str, ...]) -> tuple[tuple[str, Hole], ...]:
        """What it lacks in these languages, each with its language; what it lacks in all alike, once."""
        found: dict[str, tuple[str, Hole]] = {}
        for language in languages:
            for hole in self.by_language[language].holes():
                found.setdefault(f"{language} {hole.words}", (language, hole))
        return tuple(found.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixUnit:
    """A unit with its lines as printed: criteria, knowledge, skills."""

    unit: NosUnit
    lines: tuple[MatrixLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageMatrix:
    """A pack version with the coverage of every line; `languages` are those that anything of it is in."""

    row: PackVersionRow
    pack: QualificationPack
    is_own: bool
    scheme: AssessmentScheme | None
    languages: tuple[str, ...]
    units: tuple[MatrixUnit, ...]
    holes: Mapping[str, tuple[Hole, ...]]

    @property
    def lines(self) -> int:
        """How many lines the pack has."""
        return sum(len(unit.lines) for unit in self.units)


def matrix_of(actor: Actor, pack_version_id: int) -> CoverageMatrix:
    """The coverage of a published pack, as its lessons, items and practicals stand now; raises Absent."""
    row = get_pack(actor, pack_version_id)
    return matrix_from(row, is_own=owns(actor, row))


def matrix_from(row: PackVersionRow, *, is_own: bool) -> CoverageMatrix:
    """The same, of a pack version that was loaded; five queries."""
    pack = pack_of(row)
    scheme_row = newest_published([row.id]).get(row.id)
    scheme = scheme_of(scheme_row) if scheme_row else None
    codes = [unit.code for unit in pack.units]
    rows = [one for one in newest_lessons(codes).values() if one.state == LessonState.PUBLISHED]
    faces = [face for of_unit in bank.list_faces([pack]).values() for face in of_unit]
    tasks = _task_files(codes)
    used = {one.language for one in rows} | {language for face in faces for language in face.languages}
    languages = (FIRST_LANGUAGE, *sorted(used - {FIRST_LANGUAGE}))
    found: dict[str, tuple[UnitCoverage, ...]] = {}
    for language in languages:
        lessons = [lesson_of(one) for one in rows if one.language == language]
        readable = [face for face in faces if language in face.languages]
        found[language] = coverage_of(pack, scheme, lessons, readable, tasks)
    return CoverageMatrix(
        row=row,
        pack=pack,
        is_own=is_own,
        scheme=scheme,
        languages=languages,
        units=_side_by_side(found),
        holes={language: holes_in(units) for language, units in found.items()},
    )


def _side_by_side(found: Mapping[str, tuple[UnitCoverage, ...]]) -> tuple[MatrixUnit, ...]:
    first = next(iter(found.values()))
    return tuple(
        MatrixUnit(
            unit=unit.unit,
            lines=tuple(
                MatrixLine(by_language={language: units[place].lines[index] for language, units in found.items()})
                for index in range(len(unit.lines))
            ),
        )
        for place, unit in enumerate(first)
    )


def _task_files(codes: list[str]) -> list[TaskFile]:
    """The newest practical of each unit."""
    newest = select(TaskVersionRow.unit_code, func.max(TaskVersionRow.number).label("number"))
    newest_of = newest.where(TaskVersionRow.unit_code.in_(codes)).group_by(TaskVersionRow.unit_code).subquery()
    same = (newest_of.c.unit_code == TaskVersionRow.unit_code) & (newest_of.c.number == TaskVersionRow.number)
    return [task_file_of(row) for row in db.session.scalars(select(TaskVersionRow).join(newest_of, same))]
