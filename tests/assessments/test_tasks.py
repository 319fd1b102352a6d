"""Task files: what makes a unit's practical whole."""

from assessments.tasks import check_tasks, load_tasks
from curriculum.problems import Problem
from tests.builders import a_task_file, a_unit


def messages(tasks, unit):
    return [str(problem) for problem in check_tasks(tasks, unit)]


def test_a_whole_task_file_has_no_faults():
    assert messages(a_task_file(a_unit()), a_unit()) == []


def test_criteria_without_rubric_or_evidence_are_told():
    told = messages(a_task_file(a_unit(criteria=2)), a_unit(criteria=3))
    assert told[0] == "error: rubric: PC3 has no rubric"
    assert told[1:] == [f"error: tasks.{place}.evidence: does not say what shows PC3" for place in range(3)]


def test_criteria_the_unit_does_not_have_are_told():
    told = messages(a_task_file(a_unit(criteria=2)), a_unit(criteria=1))
    assert told[0] == "error: rubric.1.criterion: PC2 is not in ASC/N9001"
    assert told[1:] == [f"error: tasks.{place}.evidence.PC2: is not in ASC/N9001" for place in range(3)]


def test_a_rubric_rises_from_nothing_to_all_and_stands_once():
    file = a_task_file(a_unit(criteria=1))
    (part,) = file.rubric
    turned = part.model_copy(update={"levels": part.levels[::-1]})
    assert messages(file.model_copy(update={"rubric": (part, turned)}), a_unit(criteria=1)) == [
        "error: rubric.1.criterion: PC1 has a rubric already; keep one",
        "error: rubric.1.levels.0.share: is 1; the first level has share 0",
        "error: rubric.1.levels.2.share: is 0; the last level has share 1",
        "error: rubric.1.levels.1.share: is not more than the level before, 1; shares rise from 0 to 1",
        "error: rubric.1.levels.2.share: is not more than the level before, 1/2; shares rise from 0 to 1",
    ]


def test_too_few_tasks_or_variants_and_missing_slots_are_told():
    file = a_task_file(tasks=2, variants=2)
    first = file.tasks[0].model_copy(
        update={"brief": "Meet {person} with {product} and {persn}.", "persons": file.tasks[0].persons[:1] * 3}
    )
    told = messages(file.model_copy(update={"tasks": (first,)}), a_unit())
    assert told == [
        "error: tasks.0.persons.1.id: person-1 stands here again; give this one another id",
        "error: tasks.0.persons.2.id: person-1 stands here again; give this one another id",
        "error: tasks: has 1 of the 3 tasks that a unit needs",
        "error: tasks.0.persons: has 1 different; give at least 3",
        "error: tasks.0.products: has 2 different; give at least 3",
        "error: tasks.0.situations: has 2 different; give at least 3",
        "error: tasks.0.brief: must hold {situation}",
        "error: tasks.0.brief: nothing is put in place of {persn}; did you mean `person`?",
    ]


def test_a_file_with_faults_of_shape_gives_them_with_their_lines(tmp_path):
    path = tmp_path / "asc-n1.yaml"
    path.write_text(
        "unit: ASC/N1\nrubric:\n  - criterion: PC1\n    levels:\n      - {share: 3/2, label: a, description: b}\n"
    )
    tasks, _, problems = load_tasks(path)
    assert tasks is None
    assert all(isinstance(problem, Problem) for problem in problems)
    assert [str(problem) for problem in problems if "share" in problem.path] == [
        "assessments/practicals/asc-n1.yaml:5:10: error: rubric.0.levels.0.share: "
        "is more than 1; a share is between 0 and 1, such as 1/3"
    ]


def test_text_that_is_not_yaml_is_told(tmp_path):
    path = tmp_path / "asc-n1.yaml"
    path.write_text("unit: [")
    tasks, _, problems = load_tasks(path)
    assert tasks is None
    assert "cannot be read as YAML" in str(problems[0])
