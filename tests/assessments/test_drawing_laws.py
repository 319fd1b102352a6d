"""Laws of drawing over any bank: exact, unique, level, apart, parallel, and the same again from the same request."""

import random
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.bank import BankItem, bank_of, strata_of
from assessments.blueprint import BlueprintCell, CellRefinement, ExamBlueprint, blueprint_of, refined
from assessments.cards import CardTable
from assessments.difficulty import difficulty_of
from assessments.errors import NotEnoughItems, NoUniquePaper, RefinementRefused, TooMuchExposure, TooMuchOverlap
from assessments.latecomers import LateDesk
from assessments.layout import in_order
from assessments.likeness import bound_of, likeness_of, neighbour_overlaps, reckoned_bound
from assessments.model import Cell, Component, unit_of
from assessments.papers import DrawRequest, draw, face_hash, in_a_row, paper_json
from assessments.solving import conflicts
from curriculum.documents import canonical_json
from question_bank.model import Difficulty
from tests.builders import a_scheme, items_for
from tests.strategies import bank_items, law, schemes

seeds = st.binary(min_size=1, max_size=8)


def names(count):
    return tuple(f"c{number:03}" for number in range(count))


def request_of(bank, count, seed=b"seed", **more):
    blueprint, items = bank
    return DrawRequest(blueprint=blueprint, items=items, candidates=names(count), seed=seed, **more)


def drawn_or_none(request):
    """The draw, or None where the bank gives too few papers."""
    try:
        return draw(request)
    except (NotEnoughItems, NoUniquePaper):
        return None


def synthetic(cells=12, size=20, takes=1, seed=7):
    """A bank with spread difficulties and some pairs of enemies."""
    chance = random.Random(seed)
    blueprint = ExamBlueprint(
        cells=tuple(
            BlueprintCell(ref=f"U{cell // 4}#PC{cell}", items=takes, marks=takes * (1 + cell % 2))
            for cell in range(cells)
        ),
        minutes=60,
    )
    items = [
        BankItem(id=f"i{cell:02}-{number:02}", cell=f"U{cell // 4}#PC{cell}", expected=chance.randint(300, 900))
        for cell in range(cells)
        for number in range(size)
    ]
    for _ in range(cells):
        one, other = chance.sample(range(len(items)), 2)
        items[one] = replace(items[one], enemies=(items[other].id,), options=("A", "B", "C", "D"))
    return blueprint, tuple(items)


@law
@given(bank_items(), seeds, st.integers(1, 8))
def test_every_paper_is_exactly_on_the_blueprint_and_nothing_meets_that_may_not(bank, seed, count):
    papers = drawn_or_none(request_of(bank, count, seed))
    if papers is None:
        return
    blueprint, items = bank
    by_id = {item.id: item for item in items}
    assert len({paper.items for paper in papers}) == len({paper.face_hash for paper in papers}) == count
    for paper in papers:
        own = [by_id[line.item] for line in paper.lines]
        assert Counter(line.ref for line in paper.lines) == {cell.ref: cell.items for cell in blueprint.cells}
        assert not any(set(item.enemies) & paper.items for item in own)
        for cell in blueprint.cells:
            here = [item for item in own if item.cell == cell.ref]
            assert sum(line.worth for line in paper.lines if line.ref == cell.ref) == cell.marks
            if cell.mix:
                assert Counter(difficulty_of(item.expected) for item in here) == cell.mix
            if cell.together:
                assert len({item.set for item in here}) == 1
                places = [paper.lines.index(line) for line in paper.lines if line.ref == cell.ref]
                assert places == list(range(places[0], places[0] + cell.items))
                assert [paper.lines[place].item for place in places] == sorted(item.id for item in here)
        asked = {cell.ref for cell in blueprint.cells if cell.together}
        sets = Counter(item.set for item in own if item.set is not None and item.cell not in asked)
        assert all(times == 1 for times in sets.values())


@law
@given(bank_items(), seeds, st.integers(1, 8), st.randoms(use_true_random=False))
def test_the_same_request_in_any_order_gives_the_same_bytes(bank, seed, count, chance):
    request = request_of(bank, count, seed)
    papers = drawn_or_none(request)
    if papers is None:
        return
    items, candidates = list(request.items), list(request.candidates)
    chance.shuffle(items)
    chance.shuffle(candidates)
    again = draw(replace(request, items=tuple(items), candidates=tuple(candidates), repairs=papers.repairs))
    assert list(again.json_lines()) == list(papers.json_lines())
    assert [canonical_json(paper_json(papers.paper_of(name))) for name in papers.roster] == list(papers.json_lines())
    assert all(face_hash(paper.lines) == paper.face_hash for paper in papers)


@law
@given(seeds, st.integers(1, 4), st.integers(2, 6), st.integers(1, 25), st.lists(st.integers(0, 9), max_size=9))
def test_earlier_and_present_use_together_are_as_level_as_they_can_be(seed, takes, spare, count, earlier):
    size = takes + spare
    bank = synthetic(cells=5, size=size, takes=takes)
    items = tuple(replace(item, enemies=()) for item in bank[1])
    exposed = {item.id: used for item, used in zip(items, earlier, strict=False)}
    papers = drawn_or_none(request_of((bank[0], items), count, seed, exposed=exposed))
    if papers is None:
        return
    own = Counter(item for paper in papers for item in paper.items)
    for cell in bank[0].cells:
        here = [item.id for item in items if item.cell == cell.ref]
        assert sum(own[item] for item in here) == count * takes
        for used, spared in product(here, repeat=2):
            if own[used] and own[spared] < count:
                assert own[used] + exposed.get(used, 0) - own[spared] - exposed.get(spared, 0) <= 1


@law
@given(schemes(), st.data())
def test_each_paper_carries_exactly_the_marks_of_its_scheme_at_every_node_and_unit(scheme, data):
    units = data.draw(st.none() | st.sets(st.sampled_from([unit.unit for unit in scheme.units])))
    blueprint = blueprint_of(scheme, units=units)
    marks = {
        cell.ref: marks
        for cell, marks in scheme.cells().items()
        if cell.component is Component.THEORY and (units is None or unit_of(cell.ref) in units)
    }
    assert {cell.ref: cell.marks for cell in blueprint.cells} == marks
    faces = [face for cell in blueprint.cells for face in items_for(cell.ref, cell.items + 1) if "#" in cell.ref]
    if not blueprint.cells or len(faces) < len(blueprint.cells):
        return
    papers = draw(request_of((blueprint, bank_of(blueprint, faces)), 1))
    for paper in papers:
        carried = Counter()
        for line in paper.lines:
            carried[line.ref] += line.worth
        assert carried == marks
        for unit in {unit_of(ref) for ref in marks}:
            own = sum(worth for ref, worth in carried.items() if unit_of(ref) == unit)
            assert own == sum(
                scheme.cells().get(Cell(ref, Component.THEORY), 0) for ref in marks if unit_of(ref) == unit
            )


def test_a_unit_that_the_scheme_lacks_is_refused():
    with pytest.raises(ValueError, match="not in the scheme: ASC/N9999"):
        blueprint_of(a_scheme(), units={"ASC/N9001", "ASC/N9999"})


@pytest.mark.parametrize("takes", [1, 2])
def test_expected_scores_are_parallel_where_the_bank_allows(takes):
    papers = draw(request_of(synthetic(takes=takes), 120))
    table = papers.table
    worth = [Fraction(int(one), table.whole) for one in table.worth[papers.hands].sum(axis=1)]
    mean = sum(worth) / len(worth)
    assert papers.outside == 0
    assert max(abs(one - mean) for one in worth) <= 20


def test_papers_outside_the_band_are_counted_where_the_bank_does_not_allow_it():
    items = tuple(BankItem(id=f"i{number}", cell="PC1", expected=1000 * (number % 2)) for number in range(4))
    blueprint = ExamBlueprint(cells=(BlueprintCell(ref="PC1", items=1, marks=1),), minutes=1)
    assert draw(request_of((blueprint, items), 4)).outside == 4


def brute_conflicts(table):
    """The sizes of the smallest sets of strata that no hand fills, found by trying everything."""
    left, sizes = [number for number, stratum in enumerate(table.strata) if not stratum.shortage], []
    while True:
        for size in range(1, len(left) + 1):
            bad = next((some for some in combinations(left, size) if not fillable(table, some)), None)
            if bad:
                break
        else:
            return sizes
        sizes.append(len(bad))
        left = [number for number in left if number not in bad]


def fillable(table, numbers):
    choices = [combinations(table.cards_of(number), table.strata[number].takes) for number in numbers]
    for hands in product(*choices):
        cards = {card for hand in hands for card in hand}
        if not any(cards & set(table.rivals.get(card, ())) for card in cards):
            return True
    return False


@law
@given(st.data())
def test_the_smallest_cells_that_cannot_be_filled_together_are_named(data):
    count = data.draw(st.integers(2, 5))
    items = [BankItem(id=f"i{cell}-{n}", cell=f"PC{cell}", expected=500) for cell in range(count) for n in range(2)]
    pairs = [(one, other) for one, other in combinations(range(len(items)), 2)]
    for one, other in data.draw(st.lists(st.sampled_from(pairs), max_size=16)):
        items[one] = replace(items[one], enemies=(*items[one].enemies, items[other].id))
    cells = tuple(BlueprintCell(ref=f"PC{cell}", items=1, marks=1) for cell in range(count))
    table = CardTable(ExamBlueprint(cells=cells, minutes=1), items)
    found = conflicts(table)
    if brute := brute_conflicts(table):
        assert len(found[0]) == brute[0]
        with pytest.raises(NotEnoughItems) as refusal:
            draw(request_of((table.blueprint, tuple(items)), 1))
        assert refusal.value.conflicts == found
    else:
        assert found == ()
    for cells in found:
        numbers = [number for number, stratum in enumerate(table.strata) if stratum.cell.ref in cells]
        assert not fillable(table, numbers)
        assert all(fillable(table, [other for other in numbers if other != number]) for number in numbers)


def test_shortages_and_conflicts_are_told_at_once():
    items = (
        BankItem(id="a", cell="PC3", expected=500, enemies=("b",)),
        BankItem(id="b", cell="PC7", expected=500),
        BankItem(id="c", cell="PC9", expected=900),
    )
    cells = (
        BlueprintCell(ref="PC3", items=1, marks=1),
        BlueprintCell(ref="PC7", items=1, marks=1),
        BlueprintCell(ref="PC9", items=1, marks=1, mix={Difficulty.HARD: 1}),
    )
    with pytest.raises(NotEnoughItems) as refusal:
        draw(request_of((ExamBlueprint(cells=cells, minutes=1), items), 1))
    assert refusal.value.conflicts == (("PC3", "PC7"),)
    assert str(refusal.value) == (
        "Items for PC9 that are hard: 1 needed, 0 in the bank\n"
        "PC3, PC7 cannot be filled together: too many of their items are enemies"
    )


def test_exposure_and_overlap_that_a_blueprint_forbids_are_refused():
    blueprint, items = synthetic(cells=2, size=4)
    with pytest.raises(TooMuchExposure) as refusal:
        draw(request_of((replace(blueprint, max_exposure=Fraction(1, 10)), items), 10))
    assert refusal.value.cells == (("U0#PC0", 4, 10), ("U0#PC1", 4, 10))
    level = draw(request_of((replace(blueprint, max_exposure=Fraction(3, 10)), items), 10))
    assert max(Counter(item for paper in level for item in paper.items).values()) == 3
    with pytest.raises(TooMuchOverlap):
        draw(request_of((replace(blueprint, max_overlap=0), items), 10))


def test_an_agency_refines_within_what_the_scheme_allows():
    blueprint = ExamBlueprint(cells=(BlueprintCell(ref="U1#PC1", items=3, marks=5),), minutes=30)
    mix = {Difficulty.EASY: 1, Difficulty.HARD: 2}
    finer = refined(blueprint, {"U1#PC1": CellRefinement(mix=mix, kinds=("single_choice",))})
    assert (finer.items, finer.marks, finer.minutes) == (blueprint.items, blueprint.marks, blueprint.minutes)
    assert [(stratum.difficulty, stratum.takes) for stratum in strata_of(finer, ())] == [("easy", 1), ("hard", 2)]
    with pytest.raises(RefinementRefused) as refusal:
        refined(blueprint, {"U1#PC1": CellRefinement(mix={Difficulty.EASY: 4}), "U1#PC2": CellRefinement()})
    assert len(refusal.value.messages) == 2


@law
@given(seeds)
def test_neighbours_are_less_alike_than_any_two(seed):
    request = request_of(synthetic(cells=12, size=3), 40, seed)
    pairs = [(number, number + 1) for number in range(39)]
    apart = draw(replace(request, neighbours=in_a_row(request.candidates)))
    shared = neighbour_overlaps(apart.table, apart.hands, pairs)
    assert sum(shared) / len(pairs) < float(likeness_of(apart.table, apart.hands).mean)
    assert sorted(map(sorted, apart.hands.tolist())) == sorted(map(sorted, draw(request).hands.tolist()))


def test_the_pair_most_alike_is_lowered_on_request_and_nothing_else_gets_worse():
    request = request_of(synthetic(), 80)
    before, after = draw(request), draw(replace(request, most_alike=0))
    assert likeness_of(after.table, after.hands).worst < likeness_of(before.table, before.hands).worst
    uses = [Counter(item for paper in papers for item in paper.items) for papers in (before, after)]
    assert uses[0] == uses[1]
    assert after.outside == 0


@pytest.mark.parametrize("papers", [10, 60])
def test_the_reckoned_bound_agrees_with_the_simulated_one(papers):
    table = CardTable(*synthetic(cells=20, size=4))
    simulated = bound_of(table, papers, b"s")
    assert simulated.simulated
    assert abs(reckoned_bound(table, papers) - simulated.items) <= 1


def test_a_solver_chooses_where_trying_grew_too_long_and_replaying_does_not_solve(monkeypatch):
    from assessments import choosing, solving  # noqa: PLC0415 -- what is replaced stands in modules

    blueprint = ExamBlueprint(
        cells=tuple(BlueprintCell(ref=f"PC{cell}", items=1, marks=1) for cell in range(2)), minutes=1
    )
    items = tuple(BankItem(id=f"i{cell}{n}", cell=f"PC{cell}", expected=500) for cell in range(2) for n in range(2))
    items = (replace(items[0], enemies=("i10",)), *items[1:])
    request = request_of((blueprint, items), 1)
    seed = next(bytes([n]) for n in range(50) if dealt_badly(replace(request, seed=bytes([n]))))
    monkeypatch.setattr(choosing, "SEARCH_LIMIT", -1)
    monkeypatch.setattr(choosing.Chooser, "_first_sound", lambda *_: None)
    papers = draw(replace(request, seed=seed))
    assert len(papers.repairs) == 1
    assert papers.repairs[0].solver.startswith("HiGHS ")
    monkeypatch.setattr(solving, "find_hand", None)
    again = draw(replace(request, seed=seed, repairs=papers.repairs))
    assert list(again.json_lines()) == list(papers.json_lines())


def dealt_badly(request):
    """Whether the deal alone puts the two enemies on the one paper."""
    from assessments.dealing import deal  # noqa: PLC0415 -- only this looks behind the draw

    table = CardTable(request.blueprint, request.items)
    hands = deal(table, 1, seed=request.seed, used=table.use_of({}))
    return {item.id for item in table.items_of(hands[0])} == {"i00", "i10"}


def test_permutations_by_number():
    assert [in_order("ABC", number) for number in range(6)] == [
        tuple(order) for order in ("ABC", "ACB", "BAC", "BCA", "CAB", "CBA")
    ]


def test_vectors_of_a_draw():
    """These papers, once drawn, are drawn for ever: by any version, on any machine."""
    items = tuple(
        BankItem(
            id=f"i{cell}{n}",
            cell=f"U{cell // 2}#PC{cell}",
            expected=300 + 137 * (cell + n * n) % 600,
            enemies=("i01",) if (cell, n) == (1, 2) else (),
            options=("A", "B", "C", "D"),
            parameters=({"k": "1"}, {"k": "2"}) if n == 0 else (),
        )
        for cell in range(4)
        for n in range(5)
    )
    cells = tuple(BlueprintCell(ref=f"U{cell // 2}#PC{cell}", items=1 + cell % 2, marks=3) for cell in range(4))
    papers = draw(request_of((ExamBlueprint(cells=cells, minutes=1), items), 4, b"yogyata"))
    assert [" ".join(line.item + "".join(line.options) for line in paper.lines) for paper in papers] == LINES
    assert [paper.face_hash[:16] for paper in papers] == HASHES
    late = LateDesk(papers).draw_late_paper("c999")
    assert " ".join(line.item for line in late.lines) == LATE


LINES = [
    "i10DACB i12ADCB i04ACDB i24DABC i34CDAB i33CBAD",
    "i13BDAC i11CBDA i01BCAD i32CADB i34BADC i22BCDA",
    "i11DACB i00DBCA i10DABC i31ADBC i30ABCD i23ABCD",
    "i12CDBA i14BDCA i03DACB i20ACBD i32BACD i33CADB",
]
HASHES = ["6285b416cb4ed52c", "abe8c4f59db2bbe7", "d60383b0e82320ec", "ee6d411b09d56d6a"]
LATE = "i03 i14 i12 i32 i22 i30"


def test_mending_the_difficulty_in_the_end_leaves_no_two_papers_the_same():
    cells = (("U1#PC0", 1, [0]), ("U1#PC1", 1, [41, 0, 0, 0]), ("U2#PC2", 2, [0, 1, 0, 1]))
    blueprint = ExamBlueprint(
        cells=tuple(BlueprintCell(ref=ref, items=takes, marks=1) for ref, takes, _ in cells), minutes=60
    )
    items = tuple(
        BankItem(id=f"i{place}-{number}", cell=ref, expected=expected)
        for place, (ref, _, all_of) in enumerate(cells)
        for number, expected in enumerate(all_of)
    )
    papers = draw(request_of((blueprint, items), 6, seed=b"\0"))
    assert len({paper.items for paper in papers}) == 6
