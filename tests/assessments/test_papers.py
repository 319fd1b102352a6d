"""Drawing papers: on the blueprint, unique, level, enemies apart, the same for the same seed."""

import json
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from math import comb, factorial, prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.blueprint import blueprint_of
from assessments.errors import NotEnoughItems, NoUniquePaper
from assessments.likeness import likeness_of
from assessments.papers import draw_papers, face_hash, paper_from_json, paper_json
from assessments.scheme import get_shipped_scheme
from question_bank.model import ItemUse
from tests.builders import a_bank, a_blueprint, an_item, items_for
from tests.strategies import banks, law

PC1, PC2 = "ASC/N9001#PC1", "ASC/N9001#PC2"
seeds = st.binary(min_size=1, max_size=8)


def names(count):
    return [f"c{number}" for number in range(count)]


def possible_sets(blueprint, faces):
    """How many different sets of items a bank gives, counted by trying all of them; None with too many."""
    decks = [[face for face in faces if face.refs[0] == cell.ref] for cell in blueprint.cells]
    total = prod(comb(len(deck), cell.items) for deck, cell in zip(decks, blueprint.cells, strict=True))
    if total > 3000:
        return None
    hands = [()]
    for deck, cell in zip(decks, blueprint.cells, strict=True):
        hands = [(*hand, *own) for hand in hands for own in combinations(deck, cell.items)]
    return sum(not enemies_meet(hand) for hand in hands)


def enemies_meet(faces):
    ids = {face.id for face in faces}
    return any(not ids.isdisjoint(face.enemies) for face in faces)


def use_of(papers, faces):
    """How often each item is used, by criterion, those never used too."""
    used = Counter(item for paper in papers for item in paper.items)
    by_ref = {}
    for face in faces:
        by_ref.setdefault(face.refs[0], []).append(used[face.id])
    return by_ref


@law
@given(banks(with_enemies=True), seeds, st.integers(1, 8))
def test_papers_follow_the_blueprint_differ_and_keep_enemies_apart(bank, seed, count):
    blueprint, faces = bank
    possible = possible_sets(blueprint, faces)
    if possible is not None and possible < count:
        with pytest.raises(NoUniquePaper if possible else NotEnoughItems):
            draw_papers(blueprint, faces, candidates=names(count), seed=seed)
        return
    papers = draw_papers(blueprint, faces, candidates=names(count), seed=seed)
    by_id = {face.id: face for face in faces}
    assert [paper.candidate for paper in papers] == names(count)
    assert len({paper.items for paper in papers}) == count
    assert len({paper.face_hash for paper in papers}) == count
    for paper in papers:
        assert Counter(line.ref for line in paper.lines) == {cell.ref: cell.items for cell in blueprint.cells}
        assert sum(line.worth for line in paper.lines) == blueprint.marks
        assert len(paper.items) == len(paper.lines) == blueprint.items
        assert not enemies_meet([by_id[item] for item in paper.items])
        for line in paper.lines:
            assert sorted(line.options) == [option.id for option in by_id[line.item].options]


@law
@given(banks(), seeds, st.integers(1, 20))
def test_each_item_of_a_criterion_is_used_as_often_as_any_other_or_once_more(bank, seed, count):
    blueprint, faces = bank
    try:
        papers = draw_papers(blueprint, faces, candidates=names(count), seed=seed)
    except NoUniquePaper:
        return
    assert all(max(times) - min(times) <= 1 for times in use_of(papers, faces).values())


@law
@given(banks(with_enemies=True), seeds, st.randoms(use_true_random=False))
def test_the_order_of_the_bank_and_of_the_candidates_changes_nothing(bank, seed, chance):
    blueprint, faces = bank
    try:
        papers = draw_papers(blueprint, faces, candidates=names(4), seed=seed)
    except (NoUniquePaper, NotEnoughItems):
        return
    shuffled, people = list(faces), names(4)
    chance.shuffle(shuffled)
    chance.shuffle(people)
    again = draw_papers(blueprint, shuffled, candidates=people, seed=seed)
    assert [paper.candidate for paper in again] == people
    assert sorted(again, key=lambda paper: paper.candidate) == list(papers)


def test_another_seed_gives_other_papers():
    one, other = (draw_papers(a_blueprint(), a_bank(), candidates=names(3), seed=seed) for seed in (b"1", b"2"))
    assert list(one) != list(other)


@pytest.mark.parametrize(("first", "second"), [(3, 1), (3, 2), (5, 2), (4, 4)])
def test_a_bank_is_used_to_its_last_different_paper(first, second):
    blueprint = a_blueprint({PC1: 1, PC2: 2 if second > 1 else 1})
    faces = (*items_for(PC1, first), *items_for(PC2, second))
    possible = possible_sets(blueprint, faces)
    papers = draw_papers(blueprint, faces, candidates=names(possible), seed=b"all")
    assert len({paper.items for paper in papers}) == possible
    assert all(max(times) - min(times) <= 1 for times in use_of(papers, faces).values())
    with pytest.raises(NoUniquePaper) as refusal:
        draw_papers(blueprint, faces, candidates=names(possible + 1), seed=b"all")
    assert (refusal.value.needed, refusal.value.found) == (possible + 1, possible)


def test_enemies_that_leave_no_paper_are_refused():
    faces = (an_item("one", criteria=["PC1"], enemies=("two",)), an_item("two", criteria=["PC2"]))
    with pytest.raises(NotEnoughItems) as refusal:
        draw_papers(a_blueprint({PC1: 1, PC2: 1}), faces, candidates=["c"], seed=b"1")
    assert refusal.value.conflicts == ((PC1, PC2),)
    assert "ASC/N9001#PC1, ASC/N9001#PC2 cannot be filled together" in str(refusal.value)


def test_an_item_whose_enemy_is_needed_is_never_tried_in_vain():
    refs = [f"ASC/N9001#PC{number}" for number in range(1, 31)]
    faces = [*items_for(refs[0], 2), *(face for ref in refs[1:-1] for face in items_for(ref, 4))]
    faces[0] = faces[0].model_copy(update={"enemies": ("last",)})
    faces.append(an_item("last", criteria=["PC30"]))
    papers = draw_papers(a_blueprint(dict.fromkeys(refs, 1)), faces, candidates=names(5), seed=b"far")
    assert all(faces[0].id not in paper.items for paper in papers)


def test_every_shortage_is_told_at_once():
    with pytest.raises(NotEnoughItems) as refusal:
        draw_papers(a_blueprint(), items_for(PC1, 1), candidates=["c"], seed=b"1")
    assert [(short.ref, short.needed, short.available) for short in refusal.value.shortages] == [
        (PC1, 2, 1),
        (PC2, 1, 0),
        ("ASC/N9002#PC1", 1, 0),
    ]


def test_practice_items_and_older_versions_stay_out():
    faces = (
        an_item("old", version=1),
        an_item("old", version=3),
        an_item("old", version=2),
        an_item("practice", use=ItemUse.PRACTICE),
    )
    (paper,) = draw_papers(a_blueprint({PC1: 1}), faces, candidates=["c"], seed=b"1")
    assert [(line.item, line.version) for line in paper.lines] == [("old", 3)]


def test_lines_are_numbered_with_units_in_order():
    blueprint = a_blueprint({PC1: 3, PC2: 3, "ASC/N9002#PC1": 3})
    papers = draw_papers(blueprint, a_bank(blueprint), candidates=names(6), seed=b"order")
    for paper in papers:
        assert [line.number for line in paper.lines] == list(range(1, 10))
        assert [line.ref.partition("#")[0] for line in paper.lines] == ["ASC/N9001"] * 6 + ["ASC/N9002"] * 3
    assert len({tuple(line.ref for line in paper.lines) for paper in papers}) > 1


def test_each_option_stands_first_about_as_often():
    blueprint = a_blueprint({PC1: 5, PC2: 5})
    papers = draw_papers(blueprint, a_bank(blueprint, spare=5), candidates=names(80), seed=b"options")
    first = Counter(line.options[0] for paper in papers for line in paper.lines)
    assert sum((times - 200) ** 2 for times in first.values()) / 200 < 16.3  # chi-square, 3 degrees, p = 0.001


def test_faces_given_out_before_do_not_come_again():
    blueprint, faces = a_blueprint({PC1: 1}), items_for(PC1, 1, options=an_item().options[:3])
    taken = set()
    for _ in range(factorial(3)):
        (paper,) = draw_papers(blueprint, faces, candidates=["c"], seed=b"1", taken=taken)
        assert paper.face_hash not in taken
        taken.add(paper.face_hash)
    with pytest.raises(NoUniquePaper):
        draw_papers(blueprint, faces, candidates=["c"], seed=b"1", taken=taken)


@law
@given(seeds, st.integers(2, 6))
def test_items_met_before_are_avoided_where_others_are_left(seed, count):
    blueprint = a_blueprint({PC1: 2, PC2: 2})
    faces = a_bank(blueprint, spare=2)
    (first,) = draw_papers(blueprint, faces, candidates=["again"], seed=b"first")
    (second,) = draw_papers(blueprint, faces, candidates=["again"], seed=seed, met={"again": first.items})
    assert second.items.isdisjoint(first.items)
    everything = {face.id for face in faces}
    assert len(draw_papers(blueprint, faces, candidates=names(count), seed=seed, met={"c0": everything})) == count


@pytest.mark.parametrize(("count", "who_met", "fewest"), [(6, 1, 0), (4, 4, 0), (6, 2, 0)])
def test_papers_chosen_anew_avoid_what_was_met_as_well(count, who_met, fewest):
    blueprint = a_blueprint({PC1: 1, PC2: 1})
    faces = (*items_for(PC1, 3), *items_for(PC2, 3))
    met = dict.fromkeys(names(count)[-who_met:], frozenset({faces[0].id, faces[3].id}))
    for seed in range(60):
        papers = draw_papers(blueprint, faces, candidates=names(count), seed=bytes([seed]), met=met)
        assert sum(len(paper.items & met.get(paper.candidate, set())) for paper in papers) == fewest


def test_a_candidate_is_named_once():
    with pytest.raises(ValueError, match="named twice"):
        draw_papers(a_blueprint(), a_bank(), candidates=["c", "c"], seed=b"1")


def test_no_candidates_get_no_papers():
    assert draw_papers(a_blueprint(), a_bank(), candidates=[], seed=b"1")[:] == ()


def test_a_paper_survives_as_json():
    for paper in draw_papers(a_blueprint(marks=3), a_bank(), candidates=names(2), seed=b"1"):
        value = json.loads(json.dumps(paper_json(paper)))
        assert {line["worth"] for line in value["lines"]} == {"3", "3/2"}
        assert paper_from_json(value) == paper


def test_a_paper_changed_after_the_draw_is_refused():
    (paper,) = draw_papers(a_blueprint(), a_bank(), candidates=["c"], seed=b"1")
    value = paper_json(paper)
    value["lines"][0]["options"].reverse()
    with pytest.raises(ValueError, match="changed after it was drawn"):
        paper_from_json(value)


def test_the_face_is_items_versions_and_orders_and_not_the_candidate():
    (paper,) = draw_papers(a_blueprint(), a_bank(), candidates=["c"], seed=b"1")
    first, *rest = paper.lines
    assert face_hash(paper.lines) == paper.face_hash
    assert face_hash([replace(first, version=2), *rest]) != paper.face_hash
    assert face_hash([replace(first, options=first.options[::-1]), *rest]) != paper.face_hash
    assert face_hash(paper.lines[::-1]) != paper.face_hash


def test_the_pair_most_alike_is_found_and_the_mean_is_exact():
    papers = draw_papers(a_blueprint({PC1: 2}), items_for(PC1, 4), candidates=names(6), seed=b"1")
    likeness = likeness_of(papers.table, papers.hands)
    shared = Counter(len(one.items & other.items) for one, other in combinations(papers, 2))
    assert likeness.pairs == shared
    assert likeness.worst == max(shared) == 1
    assert likeness.mean == Fraction(sum(number * times for number, times in shared.items()), 15)
    one, other = (papers.paper_of(papers.roster[row]) for row in likeness.worst_pair)
    assert len(one.items & other.items) == 1


def test_one_paper_overlaps_with_nothing():
    papers = draw_papers(a_blueprint(), a_bank(), candidates=["c"], seed=b"1")
    likeness = likeness_of(papers.table, papers.hands)
    assert (likeness.worst_pair, likeness.worst, likeness.mean) == (None, 0, 0)


def test_the_shipped_blueprint_gives_a_batch_of_level_papers():
    blueprint = blueprint_of(get_shipped_scheme("ASC/Q1106"))
    faces = tuple(face for cell in blueprint.cells for face in items_for(cell.ref, 5 if cell.items == 2 else 3))
    papers = draw_papers(blueprint, faces, candidates=names(30), seed=b"batch")
    assert all(max(times) == min(times) for times in use_of(papers, faces).values())
    assert likeness_of(papers.table, papers.hands).worst < blueprint.items
