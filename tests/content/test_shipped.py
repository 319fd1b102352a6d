"""What is shipped: no file has errors, the bank is large enough, and practicals are unique."""

import subprocess
import sys
from collections import Counter

import pytest

from assessments.bank import shortages
from assessments.blueprint import blueprint_of
from assessments.coverage import coverage_of, holes_in
from assessments.practicals import draw_practicals
from assessments.scheme import check_scheme, get_shipped_scheme
from assessments.tasks import load_tasks, tasks_path
from curriculum.lessons import Lesson, check_lesson, load_lesson
from curriculum.loading import file_stem, get_shipped_pack, shipped_packs
from curriculum.model import QualificationPack
from curriculum.problems import has_errors
from lms.settings import ROOT
from question_bank.loading import face_of, items_path, load_items
from question_bank.model import ItemFace, ItemUse

PACKS = [get_shipped_pack(code) for code in ("ASC/Q1106", "EMP/Q0001", "RAS/Q0301")]
EACH_PACK = pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.code)


def faces_of(pack: QualificationPack) -> list[ItemFace]:
    return [face_of(entry, unit.code) for unit in pack.units for entry in load_items(items_path(unit.code))[0].items]


def test_all_shipped_content_passes_its_checks() -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "lms.cli", "check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stdout
    assert "0 errors" in answer.stdout


def test_three_packs_are_shipped_and_one_is_an_employers() -> None:
    assert [path.stem for path in shipped_packs()] == ["asc-q1106", "emp-q0001", "ras-q0301"]
    assert [pack.code for pack in PACKS if pack.is_employers] == ["EMP/Q0001"]
    assert not [pack.code for pack in PACKS if (pack.pack.nsqf_level is None) is not pack.is_employers]


@EACH_PACK
def test_every_criterion_has_three_items_for_exams_and_three_for_practice(pack: QualificationPack) -> None:
    faces = faces_of(pack)
    assert len(faces) >= 228
    for ref in pack.criterion_refs():
        uses = [face.use for face in faces if ref in face.refs]
        assert uses.count(ItemUse.EXAM) >= 3, ref
        assert uses.count(ItemUse.PRACTICE) >= 3, ref


@EACH_PACK
def test_a_mock_exam_can_be_drawn_and_the_next_one_has_other_items(pack: QualificationPack) -> None:
    practice = [face for face in faces_of(pack) if face.use is ItemUse.PRACTICE]
    blueprint = blueprint_of(get_shipped_scheme(pack.code))
    for cell in blueprint.cells:
        assert sum(cell.ref in face.refs for face in practice) >= 2 * cell.items, cell.ref


@EACH_PACK
def test_the_sample_scheme_fits_its_pack_and_its_bank(pack: QualificationPack) -> None:
    scheme = get_shipped_scheme(pack.code)
    assert not has_errors(check_scheme(scheme, pack))
    assert scheme.specimen
    assert [scheme.unit_total(unit.code) for unit in pack.units] == [100] * 5
    assert scheme.pass_rule.aggregate_percent == "70"
    assert shortages(blueprint_of(scheme), faces_of(pack)) == ()


@EACH_PACK
def test_sixty_students_of_a_centre_get_sixty_practicals(pack: QualificationPack) -> None:
    files = [load_tasks(tasks_path(unit.code))[0] for unit in pack.units]
    names = [f"c{number:02}" for number in range(60)]
    drawn = draw_practicals(files, candidates=names, seed=b"a seed of a test" * 2)
    assert len({practical.face_hash for practical in drawn}) == 60


def lessons_of(pack: QualificationPack, language: str = "en") -> list[Lesson]:
    folders = [ROOT / "lms" / "lessons" / file_stem(unit.code) for unit in pack.units]
    lessons = [load_lesson(path)[0] for folder in folders for path in sorted(folder.glob("*.md"))]
    return [lesson for lesson in lessons if lesson.header.language == language]


@pytest.mark.parametrize(
    ("code", "language"), [("ASC/Q1106", "en"), ("ASC/Q1106", "hi"), ("EMP/Q0001", "en"), ("RAS/Q0301", "en")]
)
def test_every_line_of_a_pack_is_taught_asked_and_shown(code: str, language: str) -> None:
    pack = get_shipped_pack(code)
    tasks = [load_tasks(tasks_path(unit.code))[0] for unit in pack.units]
    lessons = lessons_of(pack, language)
    assert holes_in(coverage_of(pack, get_shipped_scheme(code), lessons, faces_of(pack), tasks)) == ()
    per_unit = Counter(lesson.header.unit for lesson in lessons)
    assert all(per_unit[unit.code] >= 3 for unit in pack.units)


@EACH_PACK
def test_no_lesson_has_an_oddity_and_each_unit_has_drawings(pack: QualificationPack) -> None:
    units = {unit.code: unit for unit in pack.units}
    for language in ("en", "hi"):
        lessons = lessons_of(pack, language)
        for lesson in lessons:
            assert check_lesson(lesson, units[lesson.header.unit]) == [], lesson.header.slug
        drawn = {lesson.header.unit for lesson in lessons if lesson.drawings}
        assert drawn == {lesson.header.unit for lesson in lessons}
