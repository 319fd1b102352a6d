"""Candidates who take different units: each exactly the scheme's marks of theirs, and nobody like anybody else."""

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from assessments.bank import bank_of
from assessments.blueprint import blueprint_of
from assessments.draw_files import bank_from
from assessments.groups import (
    draw_groups,
    draw_practicals_of_groups,
    groups_of,
    manifest_of_groups,
    parts_of,
    public_of_groups,
)
from assessments.manifest import DrawRecord, public_manifest, sealed
from assessments.model import Cell, Component, unit_of
from assessments.papers import DrawRequest, draw, in_a_row
from assessments.seeds import DrawInputs, seed_of
from curriculum.documents import canonical_json
from tests.builders import a_bank, a_pack, a_scheme, a_task_file, a_unit
from tests.strategies import law

UNITS = ("ASC/N1", "ASC/N2", "ASC/N3")
PACK = a_pack([a_unit(code, criteria=2) for code in UNITS])
SCHEME = a_scheme(PACK)
FACES = a_bank(SCHEME, spare=6)
FILES = {unit.code: a_task_file(unit) for unit in PACK.units}
choices = st.sets(st.sampled_from(UNITS)).map(lambda units: tuple(unit for unit in UNITS if unit in units))
rosters = st.lists(choices, min_size=1, max_size=8).map(
    lambda units: {f"c{number}": own for number, own in enumerate(units)}
)


def a_request(taken, seed=b"seed"):
    names = tuple(taken)
    blueprint = blueprint_of(SCHEME)
    items = bank_of(blueprint, FACES)
    return DrawRequest(blueprint=blueprint, items=items, candidates=names, seed=seed, neighbours=in_a_row(names))


def a_record(practicals=()):
    items = bank_of(blueprint_of(SCHEME), FACES)
    hashes = bank_from(items, {face.id: face for face in FACES}).hashes
    return DrawRecord(assessment="A-1", item_hashes=hashes, practicals=practicals)


def drawn_for(taken, practicals=()):
    return draw_groups(SCHEME, a_request(taken), taken, a_record(practicals))


@law
@given(rosters)
def test_every_paper_carries_exactly_the_marks_of_the_units_taken(taken):
    drawn = drawn_for(taken)
    papers = {paper.candidate: paper for one in drawn for paper in one.papers}
    assert set(papers) == {name for name, units in taken.items() if units}
    for name, paper in papers.items():
        worth = Counter()
        for line in paper.lines:
            worth[line.ref] += line.worth
        marks = SCHEME.cells()
        own = {ref: marks[Cell(ref, Component.THEORY)] for ref in SCHEME.theory_refs if unit_of(ref) in taken[name]}
        assert worth == own
    assert len({paper.face_hash for paper in papers.values()}) == len(papers)
    assert len({paper.items for paper in papers.values()}) == len(papers)


@law
@given(rosters, st.sampled_from((b"one", b"two")))
def test_no_two_practicals_of_all_groups_are_the_same(taken, seed):
    practicals = draw_practicals_of_groups(FILES, taken, seed=seed, used=frozenset(), met={})
    assert {one.candidate: tuple(part.unit for part in one.parts) for one in practicals} == {
        name: units for name, units in taken.items() if units
    }
    assert len({one.face_hash for one in practicals}) == len(practicals)


@law
@given(rosters)
def test_groups_are_the_same_whoever_is_named_first_and_have_seeds_of_their_own(taken):
    groups = groups_of(taken, b"seed")
    assert {group.units for group in groups} == {units for units in taken.values() if units}
    backwards = groups_of(dict(reversed(taken.items())), b"seed")
    assert [(group.units, set(group.candidates)) for group in groups] == [
        (group.units, set(group.candidates)) for group in backwards
    ]
    assert len({group.seed for group in groups}) == len(groups)


def test_one_group_is_drawn_as_if_there_were_no_groups():
    taken = dict.fromkeys(("c1", "c2", "c3"), UNITS)
    (only,) = drawn_for(taken)
    assert list(only.papers) == list(draw(a_request(taken)))


def test_a_group_counts_what_the_groups_before_it_used():
    taken = {"c1": UNITS, "c2": UNITS, "c3": UNITS[:1]}
    first, second = drawn_for(taken)
    used = Counter(item for paper in first.papers for item in paper.items)
    assert second.papers.request.exposed == used
    assert not first.papers[0].items & second.papers[0].items


def test_the_manifest_of_several_groups_holds_that_of_each():
    taken = {"c1": UNITS, "c2": UNITS, "c3": UNITS[:1]}
    practicals = draw_practicals_of_groups(FILES, taken, seed=b"seed", used=frozenset(), met={})
    drawn = drawn_for(taken, practicals)
    manifest = manifest_of_groups("A-1", drawn, practicals)
    assert sealed(manifest) == manifest
    assert [paper["candidate"] for paper in manifest["papers"]] == ["c1", "c2", "c3"]
    assert [units for units, _part in parts_of(manifest)] == [UNITS, UNITS[:1]]
    assert [len(part["practicals"]) for _units, part in parts_of(manifest)] == [2, 1]
    assert [part for _units, part in parts_of(manifest)] == [one.manifest for one in drawn]
    alone = manifest_of_groups("A-1", drawn[:1], practicals)
    assert parts_of(alone) == [((), alone)]


def test_what_may_be_seen_of_several_groups_names_neither_seeds_nor_items():
    taken = {"c1": UNITS, "c2": UNITS, "c3": UNITS[:1]}
    drawn = drawn_for(taken)
    whole = manifest_of_groups("A-1", drawn, ())
    shown = public_of_groups(whole)
    assert sealed(shown) == shown
    assert shown["whole_sha256"] == whole["sha256"]
    text = canonical_json(shown)
    assert not any(one.papers.request.seed.hex() in text for one in drawn)
    assert not any(f'"{item}"' in text for one in drawn for paper in one.papers for item in paper.items)
    alone = manifest_of_groups("A-1", drawn[:1], ())
    assert public_of_groups(alone) == public_manifest(alone)


def test_with_secrets_each_group_has_a_seed_that_its_own_files_prove():
    taken = {"c1": UNITS, "c2": UNITS, "c3": UNITS[:1]}
    agency, council = bytes(32), bytes(range(32))
    record = replace(a_record(()), secrets=(agency, council))
    drawn = draw_groups(SCHEME, a_request(taken), taken, record)
    assert len({one.papers.request.seed for one in drawn}) == 2
    for one in drawn:
        inputs = DrawInputs(**{name: one.manifest[f"{name}_sha256"] for name in ("bank", "blueprint", "roster")})
        assert one.papers.request.seed == seed_of(inputs, agency=agency, council=council)
