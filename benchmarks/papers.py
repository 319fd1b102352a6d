"""Drawing papers: all of an assessment at once, and one at a time, beside a plain stratified draw."""

import random
import time
import tracemalloc
from collections.abc import Callable, Iterator
from itertools import accumulate, count

from assessments.bank import BankItem, bank_of
from assessments.blueprint import BlueprintCell, ExamBlueprint, blueprint_of, nodes_of
from assessments.latecomers import LateDesk
from assessments.layout import Sheets
from assessments.papers import Draw, DrawRequest, draw
from benchmarks.harness import Row, compare, weigh
from benchmarks.shipped import BATCH, candidates, shipped

MANY, OWN, LATE = 10_000, 1_000, 500
ITEMS, CELLS, ENEMIES = 2_000, 57, 120
PLAIN = "random.sample from each cell's items"
WHOLE_DRAW = (
    "ours includes enemies apart, the band of difficulty, level use, uniqueness, orders of lines and options, and face "
    "hashes; no pass on the worst pair. Plain draws item numbers alone"
)


def rows(rounds: int) -> Iterator[Row]:
    """The synthetic bank of 2,000 items, then each shipped pack's own; late-comers; memory."""
    requests = [("synthetic bank", synthetic(MANY))]
    for given in shipped():
        blueprint = blueprint_of(given.scheme)
        items = bank_of(blueprint, given.faces, nodes_of(given.pack))
        for papers in (BATCH, OWN):
            requests.append((given.pack.code, _request(blueprint, items, papers)))
    for name, request in requests:
        yield _whole_draw(name, request, rounds)
    drawn = draw(requests[0][1])
    yield _orders(drawn, rounds)
    yield _late(drawn)
    yield _memory("synthetic bank", requests[0][1])


def synthetic(papers: int) -> DrawRequest:
    """A request for papers of 50 from 2,000 items in 57 cells, of which 40 give one item, 5 two and 12 none.

    120 sets of three items are enemies; expected shares spread by 0.149 around 0.6.
    """
    chance = random.Random(2_000)
    sizes = [13] * CELLS
    while sum(sizes) < ITEMS:
        place = chance.randrange(CELLS)
        sizes[place] += sizes[place] < 80
    names = [f"U{cell // 8}#PC{cell}" for cell in range(CELLS)]
    foes: dict[int, tuple[str, ...]] = {}
    chosen = chance.sample(range(ITEMS), 3 * ENEMIES)
    for first in range(0, len(chosen), 3):
        three = chosen[first : first + 3]
        foes |= {one: tuple(f"i{other:04}" for other in three if other != one) for one in three}
    ends = list(accumulate(sizes))
    items = tuple(
        BankItem(
            id=f"i{number:04}",
            cell=names[next(cell for cell, end in enumerate(ends) if number < end)],
            expected=min(950, max(100, round(chance.gauss(600, 149)))),
            enemies=foes.get(number, ()),
            options=("A", "B", "C", "D"),
        )
        for number in range(ITEMS)
    )
    cells = tuple(
        BlueprintCell(ref=name, items=takes, marks=takes)
        for name, takes in zip(names, [1] * 40 + [2] * 5, strict=False)
    )
    return _request(ExamBlueprint(cells=cells, minutes=60), items, papers)


def _request(blueprint: ExamBlueprint, items: tuple[BankItem, ...], papers: int) -> DrawRequest:
    return DrawRequest(blueprint=blueprint, items=items, candidates=candidates(papers), seed=b"")


def _seeded(request: DrawRequest, seed: int) -> DrawRequest:
    return DrawRequest(
        blueprint=request.blueprint, items=request.items, candidates=request.candidates, seed=f"seed {seed}".encode()
    )


def _plain(request: DrawRequest) -> Callable[[], object]:
    by_cell: dict[str, list[str]] = {cell.ref: [] for cell in request.blueprint.cells}
    for item in request.items:
        if item.cell in by_cell:
            by_cell[item.cell].append(item.id)
    wanted = [(by_cell[cell.ref], cell.items) for cell in request.blueprint.cells]
    return lambda: [[item for deck, items in wanted for item in random.sample(deck, items)] for _ in request.candidates]


def _whole_draw(name: str, request: DrawRequest, rounds: int) -> Row:
    seeds, papers = count(), len(request.candidates)
    return compare(
        f"{name}, {papers:,} papers of {request.blueprint.items}",
        rounds=rounds,
        unit="papers/s",
        per=papers,
        ours=lambda: draw(_seeded(request, next(seeds))),
        baseline_name=PLAIN,
        baseline=_plain(request),
        aim=1 if papers >= OWN else None,
        note=WHOLE_DRAW,
    )


def _orders(drawn: Draw, rounds: int) -> Row:
    """What of the whole draw goes into orders and face hashes."""
    lines = [list(range(drawn.request.blueprint.items)) for _ in drawn.roster]

    def plain() -> None:
        for paper in lines:
            random.shuffle(paper)
            for _ in paper:
                random.sample("ABCD", 4)

    def ours() -> object:
        sheets = Sheets(drawn.table)
        return sheets.face_hashes(sheets.lay_out(drawn.hands, drawn.request.seed))

    return compare(
        f"of this, orders and face hashes of {len(lines):,} papers",
        rounds=rounds,
        unit="papers/s",
        per=len(lines),
        ours=ours,
        baseline_name="random.shuffle of lines and options, no hash",
        baseline=plain,
    )


def _late(drawn: Draw) -> Row:
    desk = LateDesk(drawn)
    began = time.process_time()
    for number in range(LATE):
        desk.draw_late_paper(f"late {number}")
    passed = (time.process_time() - began) * 1000 / LATE
    return weigh(
        f"one late-comer's paper against {MANY:,}",
        ours=passed,
        baseline_name="the most we allow",
        baseline=1,
        unit="ms",
        note=f"mean of {LATE}, complete with orders and face hash",
    )


def _memory(name: str, request: DrawRequest) -> Row:
    return weigh(
        f"{name}, peak memory of {len(request.candidates):,} papers",
        ours=_peak(lambda: draw(_seeded(request, 0))),
        baseline_name=PLAIN,
        baseline=_peak(_plain(request)),
        unit="MiB",
        aim=None,
        note="by tracemalloc; ours holds the arrays from which papers are made when asked for",
    )


def _peak(call: Callable[[], object]) -> float:
    tracemalloc.start()
    kept = call()
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    del kept
    return peak
