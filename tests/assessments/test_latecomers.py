"""Late-comers: one paper at a time, unlike all before, as level and as hard as the others."""

from collections import Counter

import pytest

from assessments.bank import BankItem
from assessments.blueprint import BlueprintCell, ExamBlueprint
from assessments.errors import NoUniquePaper
from assessments.latecomers import LateDesk
from assessments.papers import DrawRequest, draw


def a_bank(cells=10, size=12):
    blueprint = ExamBlueprint(
        cells=tuple(BlueprintCell(ref=f"PC{cell}", items=1 + cell % 2, marks=2) for cell in range(cells)), minutes=1
    )
    items = tuple(
        BankItem(
            id=f"i{cell}-{number}",
            cell=f"PC{cell}",
            expected=300 + 50 * number,
            enemies=(f"i{(cell + 1) % cells}-{number}",) if number == 3 else (),
        )
        for cell in range(cells)
        for number in range(size)
    )
    return blueprint, items


def a_draw(count=30, **more):
    blueprint, items = a_bank()
    names = tuple(f"c{number:02}" for number in range(count))
    return draw(DrawRequest(blueprint=blueprint, items=items, candidates=names, seed=b"late", **more))


def test_late_papers_follow_the_blueprint_and_differ_from_all_before():
    drawn = a_draw()
    desk = LateDesk(drawn)
    late = [desk.draw_late_paper(f"z{number}") for number in range(30)]
    by_id = {item.id: item for item in drawn.request.items}
    held = {paper.items for paper in drawn}
    table = drawn.table
    worth = table.worth[drawn.hands].sum(axis=1)
    mean = int(worth.sum()) / len(worth)
    for paper in late:
        assert Counter(line.ref for line in paper.lines) == {
            cell.ref: cell.items for cell in drawn.request.blueprint.cells
        }
        assert paper.items not in held
        assert not any(set(by_id[item].enemies) & paper.items for item in paper.items)
        own = sum(int(table.worth[table.number[item]]) for item in paper.items)
        assert abs(own - mean) <= 20 * table.whole
        held.add(paper.items)
    uses = Counter(item for paper in (*drawn, *late) for item in paper.items)
    for cell in drawn.request.blueprint.cells:
        own = [uses[item.id] for item in drawn.request.items if item.cell == cell.ref]
        assert max(own) - min(own) <= 2


def test_the_same_late_comers_get_the_same_papers_and_nobody_gets_two():
    one, other = LateDesk(a_draw()), LateDesk(a_draw())
    assert [one.draw_late_paper(f"z{n}") for n in range(5)] == [other.draw_late_paper(f"z{n}") for n in range(5)]
    for name in ("z1", "c00"):
        with pytest.raises(ValueError, match="has a paper already"):
            one.draw_late_paper(name)


def test_items_met_before_are_avoided():
    drawn = a_draw()
    met = frozenset(f"i{cell}-{number}" for cell in range(10) for number in range(6))
    assert LateDesk(drawn).draw_late_paper("z", met=met).items.isdisjoint(met)


def test_the_last_different_papers_are_found_and_then_no_more():
    blueprint = ExamBlueprint(cells=(BlueprintCell(ref="PC1", items=2, marks=1),), minutes=1)
    items = tuple(BankItem(id=f"i{number}", cell="PC1", expected=500) for number in range(4))
    drawn = draw(DrawRequest(blueprint=blueprint, items=items, candidates=("a", "b"), seed=b"s"))
    desk = LateDesk(drawn)
    late = [desk.draw_late_paper(f"z{number}") for number in range(4)]
    assert len({paper.items for paper in (*drawn, *late)}) == 6
    with pytest.raises(NoUniquePaper):
        desk.draw_late_paper("one too many")
