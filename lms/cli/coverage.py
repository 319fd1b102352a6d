"""Where each line of a pack is taught, asked and shown, from the files, and the holes."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from assessments.coverage import Hole, LineCoverage, LineKind, UnitCoverage, coverage_of, holes_in
from assessments.model import AssessmentScheme
from assessments.scheme import load_scheme, scheme_path
from assessments.tasks import TaskFile, load_tasks, tasks_path
from curriculum.lessons import Lesson, load_lesson
from curriculum.loading import file_stem, load_pack, shipped_packs
from curriculum.model import QualificationPack
from curriculum.problems import Problem, did_you_mean, has_errors
from lms.catalogues import languages
from lms.cli.content_kinds import LESSONS
from question_bank.loading import face_of, items_path, load_items
from question_bank.model import ItemFace

_TITLES = {LineKind.CRITERION: "", LineKind.KNOWLEDGE: "Knowledge", LineKind.SKILL: "Skills"}


@click.command()
@click.argument("code")
@click.option("--language", default="en", show_default=True, help="The language whose lessons are looked at.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def coverage(code: str, language: str, as_json: bool) -> None:
    """Print for each criterion of the pack CODE its sections, items and tasks, and every hole.

    A hole is a criterion with theory marks and under 3 exam items, with practical marks and no task, or without a
    section; and a line of knowledge or a skill that no section is about. A file that a unit does not have yet counts
    as empty. Exits with 1 where there are holes.
    """
    pack = _pack(code)
    if language not in languages():
        raise click.UsageError(f"there is no language {language} here; there are {', '.join(languages())}")
    found = coverage_of(pack, _scheme(pack), _lessons(pack, language), _faces(pack), _tasks(pack))
    holes = holes_in(found)
    click.echo(_as_json(pack, found, holes) if as_json else "\n".join(_lines(found, holes)))
    sys.exit(1 if holes else 0)


def _pack(code: str) -> QualificationPack:
    known: dict[str, Path] = {}
    for path in shipped_packs():
        pack, problems = load_pack(path)
        if pack is None:
            raise _refused(problems)
        if pack.code == code.upper():
            return pack
        known[pack.code] = path
    raise click.UsageError(f"there is no pack {code}{did_you_mean(code, list(known))}")


def _scheme(pack: QualificationPack) -> AssessmentScheme | None:
    path = scheme_path(pack.code)
    if not path.exists():
        return None
    scheme, _, problems = load_scheme(path)
    if scheme is None:
        raise _refused(problems)
    return scheme


def _lessons(pack: QualificationPack, language: str) -> list[Lesson]:
    found = []
    for unit in pack.units:
        for path in sorted((LESSONS / file_stem(unit.code)).glob("*.md")):
            lesson, problems = load_lesson(path)
            if lesson is None:
                raise _refused(problems)
            if lesson.header.language == language:
                found.append(lesson)
    return found


def _faces(pack: QualificationPack) -> list[ItemFace]:
    faces = []
    for unit in pack.units:
        if not items_path(unit.code).exists():
            continue
        items, _, problems = load_items(items_path(unit.code))
        if items is None:
            raise _refused(problems)
        faces += [face_of(entry, unit.code) for entry in items.items]
    return faces


def _tasks(pack: QualificationPack) -> list[TaskFile]:
    found = []
    for unit in pack.units:
        if not tasks_path(unit.code).exists():
            continue
        tasks, _, problems = load_tasks(tasks_path(unit.code))
        if tasks is None:
            raise _refused(problems)
        found.append(tasks)
    return found


def _refused(problems: Sequence[Problem]) -> click.ClickException:
    faults = problems if not has_errors(problems) else [one for one in problems if has_errors([one])]
    return click.ClickException("\n".join(str(problem) for problem in faults))


def _lines(found: Sequence[UnitCoverage], holes: Sequence[Hole]) -> list[str]:
    lines = []
    for part in found:
        lines += [f"{part.unit.code}  {part.unit.title}", ""]
        lines.append(f"  {'':8}{'sections':>9}{'words':>7}{'exam':>6}{'practice':>10}{'tasks':>7}")
        for kind, title in _TITLES.items():
            rows = [line for line in part.lines if line.kind is kind]
            if title and rows:
                lines.append(f"  {title}")
            lines += [_row(line) for line in rows]
        lines.append("")
    lines += [f"{hole.ref}: {hole.words}" for hole in holes]
    count = len([line for part in found for line in part.lines])
    lines.append(f"{len(holes)} holes in {count} lines" if holes else f"no hole in {count} lines")
    return lines


def _row(line: LineCoverage) -> str:
    row = f"  {line.ref.partition('#')[2]:8}{len(line.sections):9}{line.words:7}"
    if line.kind is LineKind.CRITERION:
        row += f"{line.exam_items:6}{line.practice_items:10}{line.tasks:7}"
    return row + ("  hole" if any(line.holes()) else "")


def _as_json(pack: QualificationPack, found: Sequence[UnitCoverage], holes: Sequence[Hole]) -> str:
    lines = [
        {
            "ref": line.ref,
            "kind": line.kind,
            "sections": [{"lesson": one.lesson, "section": one.number, "words": one.words} for one in line.sections],
            "exam_items": line.exam_items,
            "practice_items": line.practice_items,
            "tasks": line.tasks,
        }
        for part in found
        for line in part.lines
    ]
    told = [{"ref": hole.ref, "words": hole.words} for hole in holes]
    return json.dumps({"pack": pack.code, "lines": lines, "holes": told}, ensure_ascii=False, indent=2)
