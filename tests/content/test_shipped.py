"""What is shipped: no file has errors, the bank is large enough, and practicals are unique."""

import subprocess
import sys

from assessments.blueprint import blueprint_of, shortages
from assessments.practicals import draw_practicals
from assessments.scheme import check_scheme, get_shipped_scheme
from assessments.tasks import load_tasks, tasks_path
from curriculum.lessons import load_lesson
from curriculum.loading import file_stem, get_shipped_pack
from curriculum.problems import has_errors
from lms.settings import ROOT
from question_bank.loading import face_of, items_path, load_items
from question_bank.model import ItemUse

PACK = get_shipped_pack("ASC/Q1106")
SCHEME = get_shipped_scheme("ASC/Q1106")
FACES = [face_of(entry, unit.code) for unit in PACK.units for entry in load_items(items_path(unit.code))[0].items]


def test_all_shipped_content_passes_its_checks() -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "lms.cli", "check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stdout
    assert "0 errors" in answer.stdout


def test_every_criterion_has_three_exam_items_and_one_for_practice() -> None:
    assert len(FACES) >= 228
    for ref in PACK.criterion_refs():
        uses = [face.use for face in FACES if ref in face.refs]
        assert uses.count(ItemUse.EXAM) >= 3, ref
        assert uses.count(ItemUse.PRACTICE) >= 1, ref


def test_the_sample_scheme_fits_its_pack_and_its_bank() -> None:
    assert not has_errors(check_scheme(SCHEME, PACK))
    assert SCHEME.specimen
    assert [SCHEME.unit_total(unit.code) for unit in PACK.units] == [100] * 5
    assert SCHEME.pass_rule.aggregate_percent == "70"
    assert shortages(blueprint_of(SCHEME), FACES) == ()


def test_sixty_students_of_a_centre_get_sixty_practicals() -> None:
    files = [load_tasks(tasks_path(unit.code))[0] for unit in PACK.units]
    names = [f"c{number:02}" for number in range(60)]
    drawn = draw_practicals(files, candidates=names, seed=b"a seed of a test" * 2)
    assert len({practical.face_hash for practical in drawn}) == 60


def test_every_unit_has_a_lesson_and_its_lessons_are_about_every_criterion() -> None:
    for unit in PACK.units:
        taught: set[str] = set()
        for path in sorted((ROOT / "lms" / "lessons" / file_stem(unit.code)).glob("*.md")):
            lesson, problems = load_lesson(path)
            assert lesson is not None, problems
            taught |= {name for section in lesson.header.sections for name in section.criteria}
        assert taught == {criterion.id for criterion in unit.criteria}, unit.code
