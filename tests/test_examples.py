"""The examples of each file shape: read by the real loaders, sound by the real checks.

The JSON files are what the core makes from the others. After a meant change renew them with
`YOGYATA_RENEW_GOLDENS=1 ./run test tests/test_examples.py` and read the difference.
"""

import json
import os
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from assessments.bank import bank_of
from assessments.blueprint import blueprint_of, nodes_of
from assessments.decisions import Result, decide_result, result_from_json, result_json
from assessments.draw_files import bank_from, seal_folder
from assessments.manifest import DrawRecord, draw_and_prove, scheme_json
from assessments.marks_files import load_marks
from assessments.marks_results import brief_json, decide_line, results_of
from assessments.model import AssessmentScheme, Component
from assessments.papers import DrawRequest, Paper, draw_papers, in_a_row, paper_from_json, paper_json
from assessments.practicals import Practical, brief_of, draw_practicals, practical_from_json, practical_json
from assessments.results import Outcome
from assessments.scheme import check_scheme, deciding_faults, load_scheme
from assessments.scoring import grade_theory, score_practical
from assessments.tasks import TaskFile, check_tasks, load_tasks
from assessments.verification import verify
from curriculum.checks import check_pack
from curriculum.frameworks import load_skill
from curriculum.lessons import MIN_WORDS, check_lesson, load_lesson
from curriculum.loading import load_pack
from curriculum.model import NosUnit, QualificationPack
from curriculum.problems import Severity, has_errors
from curriculum.role_checks import Standards, check_role
from curriculum.roles import load_role
from lms.settings import ROOT
from question_bank.checks import check_items
from question_bank.loading import ItemFile, face_of, load_items

EXAMPLES = ROOT / "examples"
SEED = b"the seed of the examples"
CANDIDATE = "E26-0001-001"
SHARES = {"EX/Q0001-U1#PC1": Fraction(1), "EX/Q0001-U1#PC2": Fraction(1, 2)}


@cache
def pack() -> QualificationPack:
    loaded, problems = load_pack(EXAMPLES / "pack.yaml", units_folder=EXAMPLES)
    assert loaded is not None, problems
    return loaded


def unit() -> NosUnit:
    return pack().units[0]


@cache
def items() -> ItemFile:
    loaded, _, problems = load_items(EXAMPLES / "items.yaml")
    assert loaded is not None, problems
    return loaded


@cache
def tasks() -> TaskFile:
    loaded, _, problems = load_tasks(EXAMPLES / "tasks.yaml")
    assert loaded is not None, problems
    return loaded


@cache
def scheme() -> AssessmentScheme:
    loaded, _, problems = load_scheme(EXAMPLES / "scheme.yaml")
    assert loaded is not None, problems
    return loaded


def drawn_paper() -> Paper:
    faces = [face_of(entry, unit().code) for entry in items().items]
    return draw_papers(blueprint_of(scheme()), faces, candidates=[CANDIDATE], seed=SEED)[0]


def drawn_practical() -> Practical:
    return draw_practicals([tasks()], candidates=[CANDIDATE], seed=SEED)[0]


def decided_result() -> Result:
    """The result of a candidate who answered all but the first line right and scored as `SHARES` say."""
    paper = drawn_paper()
    theory = grade_theory(paper, {line.item for line in paper.lines[1:]}, scheme())
    return decide_result(scheme(), CANDIDATE, {**theory, **score_practical(scheme(), SHARES)})


def kept(name: str, made: dict[str, Any]) -> dict[str, Any]:
    """What stands in an example file; with YOGYATA_RENEW_GOLDENS set it is written first."""
    path = EXAMPLES / name
    if os.environ.get("YOGYATA_RENEW_GOLDENS"):
        path.write_text(json.dumps(made, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_the_pack_its_items_and_its_tasks_pass_every_check() -> None:
    assert not has_errors(check_pack(pack()))
    assert check_items(items(), unit()) == []
    assert check_tasks(tasks(), unit()) == []


def test_the_skill_of_a_framework_passes_every_check() -> None:
    skill, _, problems = load_skill(EXAMPLES / "skill.yaml")
    assert problems == []
    assert skill is not None
    assert skill.numbers == (2, 3)


def test_the_scheme_fits_its_pack_and_shares_out_its_marks() -> None:
    assert check_scheme(scheme(), pack()) == []
    assert {(cell.ref.partition("#")[2], cell.component): marks for cell, marks in scheme().cells().items()} == {
        ("PC1", Component.THEORY): 6,
        ("PC1", Component.PRACTICAL): 6,
        ("PC2", Component.THEORY): 3,
        ("PC2", Component.PRACTICAL): 5,
    }


def test_the_lesson_has_no_error_but_its_length() -> None:
    lesson, problems = load_lesson(EXAMPLES / "lesson.md")
    assert lesson is not None, problems
    assert list(lesson.drawings) == ["drawings/two-holes.svg"]
    faults = [str(problem.message) for problem in check_lesson(lesson, unit()) if problem.severity is Severity.ERROR]
    assert [fault.partition("; ")[2] for fault in faults] == [f"a lesson has at least {MIN_WORDS}"]


def test_the_paper_is_what_its_seed_draws() -> None:
    paper = drawn_paper()
    assert paper_from_json(kept("paper.json", paper_json(paper))) == paper
    assert [line.worth for line in paper.lines if line.ref.endswith("#PC1")] == [3, 3]


def test_the_files_of_a_draw_are_what_their_seed_draws_and_verify() -> None:
    faces = {entry.id: face_of(entry, unit().code) for entry in items().items}
    blueprint = blueprint_of(scheme())
    own = bank_of(blueprint, faces.values(), nodes_of(pack()))
    bank = bank_from(own, faces).of(blueprint)
    names = ("E26-0001-001", "E26-0001-002", "E26-0001-003")
    request = DrawRequest(
        blueprint=blueprint, items=bank.items, candidates=names, seed=SEED, neighbours=in_a_row(names)
    )
    record = DrawRecord(assessment="E26-0001", item_hashes=bank.hashes, scheme=scheme_json(scheme()))
    drawn, manifest = draw_and_prove(request, record)
    texts = seal_folder(manifest, drawn, bank)
    for name, text in texts.items():
        if os.environ.get("YOGYATA_RENEW_GOLDENS"):
            (EXAMPLES / name).write_text(text, encoding="utf-8")
        assert (EXAMPLES / name).read_text(encoding="utf-8") == text
    # The four files: papers.jsonl, bank.jsonl, blueprint.yaml and manifest.json.
    assert verify({name: (EXAMPLES / name).read_bytes() for name in texts}).problems == ()


def test_a_paper_changed_after_the_draw_is_not_read() -> None:
    changed = kept("paper.json", paper_json(drawn_paper()))
    changed["lines"][0]["options"].reverse()
    with pytest.raises(ValueError, match="changed after it was drawn"):
        paper_from_json(changed)


def test_the_practical_is_what_its_seed_draws_and_its_brief_is_told_in_full() -> None:
    practical = drawn_practical()
    assert practical_from_json(kept("practical.json", practical_json(practical))) == practical
    part = practical.parts[0]
    task = next(task for task in tasks().tasks if task.id == part.task)
    assert "{" not in brief_of(task, part)


def test_the_result_is_what_the_scheme_decides_with_every_condition() -> None:
    result = decided_result()
    assert result_from_json(kept("result.json", result_json(result))) == result
    assert result.outcome is Outcome.COMPETENT
    assert [(condition.name, condition.met) for condition in result.conditions] == [
        ("aggregate", True),
        ("component:practical", True),
    ]
    assert result.specimen


def test_the_scheme_of_every_rule_decides_its_file_of_marks() -> None:
    rich, _, problems = load_scheme(EXAMPLES / "scheme-rules.yaml")
    assert rich is not None, problems
    assert list(deciding_faults(rich)) == []
    marks, problems = load_marks(EXAMPLES / "marks.csv", rich)
    assert marks is not None, problems
    made = {
        "scheme": {"code": rich.code, "version": rich.version, "specimen": rich.specimen},
        "results": list(results_of(rich, marks)),
    }
    assert kept("results.json", made) == made
    one = json.loads(json.dumps(brief_json(decide_line(rich, marks, marks.candidates[1]))))
    assert one == made["results"][1]


def test_the_job_role_is_mapped_to_criteria_that_are_there() -> None:
    role, _, problems = load_role(EXAMPLES / "role.yaml")
    assert role is not None, problems
    criteria = [criterion.id for criterion in unit().criteria]
    assert check_role(role, Standards(criteria={unit().code: criteria})) == []


def test_every_example_is_named_in_the_list_and_read_here() -> None:
    listed = (EXAMPLES / "README.md").read_text()
    read_here = Path(__file__).read_text() + "ex-q0001-u1.yaml README.md"
    for path in EXAMPLES.rglob("*.*"):
        assert path.name == "README.md" or f"({path.relative_to(EXAMPLES)})" in listed
        assert path.name in read_here
