"""What is shipped: no file has errors, the bank is large enough, and practicals are unique."""

import subprocess
import sys

import pytest

from assessments.bank import shortages
from assessments.blueprint import blueprint_of
from assessments.practicals import draw_practicals
from assessments.scheme import check_scheme, get_shipped_scheme
from assessments.tasks import load_tasks, tasks_path
from curriculum.lessons import load_lesson
from curriculum.loading import file_stem, get_shipped_pack, shipped_packs
from curriculum.model import QualificationPack
from curriculum.problems import has_errors
from lms.settings import ROOT
from question_bank.loading import face_of, items_path, load_items
from question_bank.model import ItemFace, ItemUse

PACKS = [get_shipped_pack("ASC/Q1106"), get_shipped_pack("RAS/Q0301")]
EACH_PACK = pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.code)


def faces_of(pack: QualificationPack) -> list[ItemFace]:
    return [face_of(entry, unit.code) for unit in pack.units for entry in load_items(items_path(unit.code))[0].items]


def test_all_shipped_content_passes_its_checks() -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "lms.cli", "check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stdout
    assert "0 errors" in answer.stdout


def test_both_packs_are_shipped() -> None:
    assert [path.stem for path in shipped_packs()] == ["asc-q1106", "ras-q0301"]


@EACH_PACK
def test_every_criterion_has_three_exam_items_and_one_for_practice(pack: QualificationPack) -> None:
    faces = faces_of(pack)
    assert len(faces) >= 228
    for ref in pack.criterion_refs():
        uses = [face.use for face in faces if ref in face.refs]
        assert uses.count(ItemUse.EXAM) >= 3, ref
        assert uses.count(ItemUse.PRACTICE) >= 1, ref


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


@EACH_PACK
def test_every_unit_has_a_lesson_and_its_lessons_are_about_every_criterion(pack: QualificationPack) -> None:
    for unit in pack.units:
        taught: set[str] = set()
        for path in sorted((ROOT / "lms" / "lessons" / file_stem(unit.code)).glob("*.md")):
            lesson, problems = load_lesson(path)
            assert lesson is not None, problems
            taught |= {name for section in lesson.header.sections for name in section.criteria}
        assert taught == {criterion.id for criterion in unit.criteria}, unit.code
