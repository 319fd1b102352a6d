"""Drawing practicals: unique, unlike the neighbour's, the same for the same seed."""

import json
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.errors import NoUniquePractical, TasksMissing
from assessments.model import unit_of
from assessments.practicals import (
    brief_of,
    draw_practicals,
    face_hash,
    practical_from_json,
    practical_json,
    tasks_for,
)
from tests.builders import a_pack, a_scheme, a_task, a_task_file, a_unit
from tests.strategies import law

seeds = st.binary(min_size=1, max_size=8)
UNITS = (a_unit("ASC/N9001"), a_unit("ASC/N9002"))


def names(count):
    return [f"c{number}" for number in range(count)]


@law
@given(seeds, st.integers(1, 12), st.integers(2, 4), st.integers(1, 3))
def test_practicals_are_unique_whole_and_unlike_their_neighbours(seed, count, tasks, variants):
    files = [a_task_file(unit, tasks=tasks, variants=variants) for unit in UNITS]
    if (tasks * variants**3) ** 2 < count:
        with pytest.raises(NoUniquePractical):
            draw_practicals(files, candidates=names(count), seed=seed)
        return
    practicals = draw_practicals(files, candidates=names(count), seed=seed)
    assert [practical.candidate for practical in practicals] == names(count)
    assert len({practical.face_hash for practical in practicals}) == count
    for practical in practicals:
        assert [part.unit for part in practical.parts] == [unit.code for unit in UNITS]
    if variants > 1:
        for one, other in pairwise(practicals):
            assert all(mine.task != theirs.task for mine, theirs in zip(one.parts, other.parts, strict=True))


@law
@given(seeds, st.randoms(use_true_random=False))
def test_the_order_of_the_tasks_changes_nothing(seed, chance):
    file = a_task_file()
    tasks = list(file.tasks)
    chance.shuffle(tasks)
    shuffled = file.model_copy(update={"tasks": tuple(tasks)})
    one, other = (draw_practicals([each], candidates=names(5), seed=seed) for each in (file, shuffled))
    assert one == other


@pytest.mark.parametrize(("tasks", "variants"), [(1, 1), (1, 2), (3, 1), (2, 2)])
def test_tasks_are_used_to_the_last_unused_practical(tasks, variants):
    possible = tasks * variants**3
    files = [a_task_file(tasks=tasks, variants=variants)]
    practicals = draw_practicals(files, candidates=names(possible), seed=b"all")
    assert len({practical.face_hash for practical in practicals}) == possible
    with pytest.raises(NoUniquePractical) as refusal:
        draw_practicals(files, candidates=names(possible + 1), seed=b"all")
    assert refusal.value.candidate == f"c{possible}"


def test_practicals_given_out_before_do_not_come_again():
    files, taken = [a_task_file(tasks=1, variants=2)], set()
    for _ in range(8):
        (practical,) = draw_practicals(files, candidates=["c"], seed=b"1", taken=taken)
        assert practical.face_hash not in taken
        taken.add(practical.face_hash)
    with pytest.raises(NoUniquePractical, match="candidate c"):
        draw_practicals(files, candidates=["c"], seed=b"1", taken=taken)


@law
@given(seeds, st.integers(3, 5))
def test_a_single_task_is_told_to_the_neighbour_with_other_variants_throughout(seed, variants):
    practicals = draw_practicals([a_task_file(tasks=1, variants=variants)], candidates=names(variants + 1), seed=seed)
    for one, other in pairwise(practical.parts[0] for practical in practicals):
        assert one.person != other.person
        assert one.product != other.product
        assert one.situation != other.situation


@law
@given(seeds, st.integers(2, 5), st.integers(5, 30))
def test_each_task_is_given_as_often_as_any_other_or_once_more(seed, tasks, count):
    practicals = draw_practicals([a_task_file(tasks=tasks)], candidates=names(count), seed=seed)
    times = Counter(practical.parts[0].task for practical in practicals)
    assert len(times) == tasks
    assert max(times.values()) - min(times.values()) <= 1


@law
@given(seeds)
def test_a_task_done_before_is_avoided(seed):
    files = [a_task_file()]
    (first,) = draw_practicals(files, candidates=["c"], seed=b"first")
    done = {first.parts[0].task}
    (second,) = draw_practicals(files, candidates=["c"], seed=seed, met={"c": done})
    assert second.parts[0].task not in done


def test_a_candidate_is_named_once():
    with pytest.raises(ValueError, match="named twice"):
        draw_practicals([a_task_file()], candidates=["c", "c"], seed=b"1")


def test_the_brief_is_told_with_the_parts_variants():
    file = a_task_file()
    (practical,) = draw_practicals([file], candidates=["c"], seed=b"1")
    part = practical.parts[0]
    task = next(task for task in file.tasks if task.id == part.task)
    numbers = [name.rpartition("-")[2] for name in (part.person, part.product, part.situation)]
    assert brief_of(task, part) == (
        f"Meet person no. {numbers[0]}, show product no. {numbers[1]} and handle situation no. {numbers[2]}."
    )


def test_braces_in_a_variant_and_in_the_brief_stand_as_written():
    task = a_task("asc-n9001-t1", variants=1, brief="{person} {product} {situation} {other}")
    odd = task.persons[0].model_copy(update={"text": "{product}"})
    task = task.model_copy(update={"persons": (odd,)})
    file = a_task_file().model_copy(update={"tasks": (task,)})
    (practical,) = draw_practicals([file], candidates=["c"], seed=b"1")
    assert brief_of(task, practical.parts[0]) == "{product} product no. 1 situation no. 1 {other}"


def test_a_brief_of_another_version_is_refused():
    file = a_task_file(tasks=1)
    (practical,) = draw_practicals([file], candidates=["c"], seed=b"1")
    newer = file.tasks[0].model_copy(update={"version": 2})
    with pytest.raises(ValueError, match="at version 1, not of"):
        brief_of(newer, practical.parts[0])


def test_a_practical_survives_as_json_and_a_changed_one_is_refused():
    (practical,) = draw_practicals([a_task_file()], candidates=["c"], seed=b"1")
    value = json.loads(json.dumps(practical_json(practical)))
    assert practical_from_json(value) == practical
    assert face_hash(practical.parts) == practical.face_hash
    value["parts"][0]["person"] = "someone-else"
    with pytest.raises(ValueError, match="changed after it was drawn"):
        practical_from_json(value)


@law
@given(st.sets(st.sampled_from(("ASC/N9001", "ASC/N9002"))) | st.none(), seeds, st.integers(1, 6))
def test_every_node_with_practical_marks_is_covered_exactly_once(units, seed, count):
    pack = a_pack()
    scheme = a_scheme(pack)
    files = tasks_for(scheme, [a_task_file(unit) for unit in reversed(pack.units)], units=units)
    refs = [ref for ref in scheme.practical_refs if units is None or unit_of(ref) in units]
    by_task = {task.id: (file.unit, task) for file in files for task in file.tasks}
    for practical in draw_practicals(files, candidates=names(count), seed=seed) if files else ():
        covered = [
            f"{by_task[part.task][0]}#{criterion}"
            for part in practical.parts
            for criterion in by_task[part.task][1].evidence
        ]
        assert covered == refs


def test_what_no_task_covers_is_named_at_once():
    pack = a_pack()
    lacking = a_task_file(pack.units[0])
    task = lacking.tasks[1].model_copy(update={"evidence": {"PC1": "Seen.", "PC3": "Seen."}})
    lacking = lacking.model_copy(update={"tasks": (lacking.tasks[0], task)})
    with pytest.raises(TasksMissing) as refusal:
        tasks_for(a_scheme(pack), [lacking])
    assert refusal.value.refs == ("ASC/N9001#PC2", "ASC/N9002")
    assert tasks_for(a_scheme(pack), [a_task_file(pack.units[1])], units={"ASC/N9002"})
