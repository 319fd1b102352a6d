"""Drawing papers: one for each candidate, each exactly on the blueprint, no two alike, all about as hard."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import Any, overload

import numpy as np

from assessments.bank import BankItem, bank_of, shortages_of
from assessments.blueprint import ExamBlueprint
from assessments.cards import CardTable, window_of
from assessments.choosing import Chooser, Repair
from assessments.dealing import deal, least_items
from assessments.errors import NotEnoughItems, NoUniquePaper, TooMuchExposure, TooMuchOverlap
from assessments.exchanging import Exchange
from assessments.layout import Layout, Sheets
from assessments.likeness import lower_the_worst, part_neighbours
from assessments.marks import from_text, to_text
from assessments.randomness import Whole, stream_for
from assessments.solving import conflicts
from curriculum.documents import canonical_json, sha256
from question_bank.model import ItemFace

ORDERS_TRIED = 1_000  # orders of lines and options tried for one set of items whose faces were given out before
NOTHING_MET: Mapping[str, AbstractSet[str]] = {}
NOT_EXPOSED: Mapping[str, int] = {}
_MOST_REPAIRS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperLine:
    """One item on a paper: its number there, the cell it counts for, its worth, its options in order.

    `parameters` fill the slots of an item that has them, and are None for any other.
    """

    number: int
    item: str
    version: int
    ref: str
    worth: Fraction
    options: tuple[str, ...]
    parameters: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What one candidate is asked. `face_hash` tells it from every other paper: items, versions and all orders."""

    candidate: str
    lines: tuple[PaperLine, ...]
    face_hash: str

    @property
    def items(self) -> frozenset[str]:
        """The ids of its items."""
        return frozenset(line.item for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawRequest:
    """All that a draw depends on: the same request gives the same papers, byte for byte.

    `taken` are face hashes given out before, `met` the items a candidate knows, `exposed` how often earlier and
    parallel assessments used an item, `neighbours` pairs of candidates who sit side by side. With `most_alike` cards
    are exchanged until no two papers share more items than that, as far as it goes. `repairs` are what a solver chose
    in an earlier run, by row.
    """

    blueprint: ExamBlueprint
    items: tuple[BankItem, ...]
    candidates: tuple[str, ...]
    seed: bytes
    taken: AbstractSet[str] = frozenset()
    met: Mapping[str, AbstractSet[str]] = field(default_factory=dict)
    exposed: Mapping[str, int] = field(default_factory=dict)
    neighbours: tuple[tuple[str, str], ...] = ()
    most_alike: int | None = None
    repairs: tuple[Repair, ...] = ()


class Draw(Sequence[Paper]):
    """The papers of a draw in the order of its candidates, kept as arrays; each paper is made when asked for.

    `hands` are the cards of each paper, papers × slots, in order of the sorted candidates, `layout` its lines.
    """

    def __init__(
        self, request: DrawRequest, table: CardTable, hands: Whole, sheets: Sheets, *, repairs: tuple[Repair, ...] = ()
    ) -> None:
        self.request, self.table, self.hands, self.sheets, self.repairs = request, table, hands, sheets, repairs
        self.roster = tuple(sorted(request.candidates))
        self.row = {candidate: row for row, candidate in enumerate(self.roster)}
        self.layout: Layout = sheets.lay_out(hands, request.seed)
        self.hashes: list[str] = sheets.face_hashes(self.layout)
        self._avoid_taken()

    @property
    def outside(self) -> int:
        """How many papers have an expected score outside the band."""
        worth = self.table.worth[self.hands].sum(axis=1)
        return int(np.count_nonzero(window_of(self.table, worth).outside(worth)))

    def __len__(self) -> int:
        return len(self.request.candidates)

    @overload
    def __getitem__(self, place: int) -> Paper: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Paper, ...]: ...
    def __getitem__(self, place: int | slice) -> Paper | tuple[Paper, ...]:
        if isinstance(place, slice):
            return tuple(self.paper_of(candidate) for candidate in self.request.candidates[place])
        return self.paper_of(self.request.candidates[place])

    def paper_of(self, candidate: str) -> Paper:
        """The paper of a candidate; raises KeyError for a stranger."""
        row = self.row[candidate]
        return paper_on(self.sheets, self.layout, row, candidate, self.hashes[row])

    def json_lines(self) -> Iterator[str]:
        """Each paper as canonical JSON, in order of the sorted candidates: what `paper_json` gives, in one pass."""
        texts = self.sheets.line_texts(self.layout)
        for row, candidate in enumerate(self.roster):
            lines = ",".join(f"{head}{number}{tail}" for number, (head, tail) in enumerate(texts[row], start=1))
            name = json.dumps(candidate, ensure_ascii=False)
            yield f'{{"face_hash":"{self.hashes[row]}","lines":[{lines}],"paper":{name}}}'

    def _avoid_taken(self) -> None:
        """Lay out anew each paper whose face was given out before."""
        for row in [row for row, name in enumerate(self.hashes) if name in self.request.taken]:
            for attempt in range(1, ORDERS_TRIED):
                layout = self.sheets.lay_out(
                    self.hands[row : row + 1], self.request.seed, self.roster[row], str(attempt)
                )
                (name,) = self.sheets.face_hashes(layout)
                if name not in self.request.taken:
                    for part in ("item", "order", "variant"):
                        getattr(self.layout, part)[row] = getattr(layout, part)[0]
                    self.hashes[row] = name
                    break
            else:
                raise NoUniquePaper(needed=len(self), found=row)


def draw_papers(
    blueprint: ExamBlueprint,
    faces: Iterable[ItemFace],
    *,
    candidates: Sequence[str],
    seed: bytes,
    taken: AbstractSet[str] = frozenset(),
    met: Mapping[str, AbstractSet[str]] = NOTHING_MET,
    exposed: Mapping[str, int] = NOT_EXPOSED,
    neighbours: Iterable[tuple[str, str]] = (),
) -> Draw:
    """One paper for each candidate, in their order, from the exam items among `faces`; see `draw` and DrawRequest."""
    return draw(
        DrawRequest(
            blueprint=blueprint,
            items=bank_of(blueprint, faces),
            candidates=tuple(candidates),
            seed=seed,
            taken=taken,
            met=met,
            exposed=exposed,
            neighbours=tuple(neighbours),
        )
    )


def draw(request: DrawRequest) -> Draw:
    """All papers of an assessment at once; the same for the same request, whatever the order of items and candidates.

    Each follows the blueprint exactly; enemies and items of one set never meet; no two hold the same set of items; no
    face hash is in `taken` or comes twice. Items are used evenly, those met before are avoided where others are left,
    and expected scores lie within the blueprint's band where the bank allows. Raises NotEnoughItems with everything
    that is short, NoUniquePaper, TooMuchExposure and TooMuchOverlap.
    """
    table = _table_of(request)
    roster = sorted(request.candidates)
    met = _met_cards(table, roster, request.met)
    used = table.use_of(request.exposed)
    hands = deal(table, len(roster), seed=request.seed, used=used)
    signs = stream_for(request.seed, "signs")
    exchange = Exchange(
        table,
        hands,
        stream_for(request.seed, "exchange"),
        met,
        signs=signs.words(len(table.cards)) << 31 | signs.words(len(table.cards)),
    )
    exchange.mend()
    repairs = _choose_faulty(request, exchange, met, used)
    _keep_apart(request, exchange, roster)
    return Draw(request, table, exchange.hands, Sheets(table), repairs=repairs)


def _table_of(request: DrawRequest) -> CardTable:
    if len(set(request.candidates)) != len(request.candidates):
        raise ValueError("a candidate is named twice")
    table = CardTable(request.blueprint, request.items)
    if lacking := shortages_of(table.strata):
        raise NotEnoughItems(lacking, conflicts(table))
    if table.possible < len(request.candidates):
        raise NoUniquePaper(needed=len(request.candidates), found=table.possible)
    if crowded := [
        (stratum.cell.ref, len(stratum.cards), needed)
        for stratum in table.strata
        if (needed := least_items(request.blueprint, len(request.candidates), stratum.takes)) > len(stratum.cards)
    ]:
        raise TooMuchExposure(crowded)
    return table


def _met_cards(
    table: CardTable, roster: Sequence[str], met: Mapping[str, AbstractSet[str]]
) -> dict[int, frozenset[int]]:
    known = ((row, met.get(candidate, ())) for row, candidate in enumerate(roster))
    cards = ((row, frozenset(table.number[item] for item in items if item in table.number)) for row, items in known)
    return {row: own for row, own in cards if own}


def _choose_faulty(
    request: DrawRequest, exchange: Exchange, met: Mapping[int, AbstractSet[int]], used: Whole
) -> tuple[Repair, ...]:
    """Choose anew what exchanging could not mend; in the end no enemies meet and no papers are the same."""
    known = {repair.row: repair for repair in request.repairs}
    made: list[Repair] = []
    for turn in range(1, _MOST_REPAIRS + 1):
        faulty = exchange.faulty.tolist()
        if not faulty:
            break
        hands = [tuple(hand) for hand in exchange.hands.tolist()]
        chooser = Chooser(exchange.table, hands, met=met, used=used.tolist(), repairs=known)
        chooser.choose_anew(faulty)
        made += chooser.repairs
        exchange.hands[:] = np.array(chooser.hands, dtype=np.int64)
        exchange.renew()
        # Mending the difficulty may make two papers the same; what was chosen last stands as it is.
        if turn < _MOST_REPAIRS:
            exchange.mend()
        if not exchange.has_hard_faults:
            break
    return tuple(made)


def _keep_apart(request: DrawRequest, exchange: Exchange, roster: Sequence[str]) -> None:
    limits = [limit for limit in (request.most_alike, request.blueprint.max_overlap) if limit is not None]
    if limits and len(roster) > 1:
        reached = lower_the_worst(exchange, min(limits), stream_for(request.seed, "apart"))
        allowed = request.blueprint.max_overlap
        if allowed is not None and reached > allowed:
            raise TooMuchOverlap(reached=reached, allowed=allowed)
    if request.neighbours:
        rows = {candidate: row for row, candidate in enumerate(roster)}
        pairs = [(rows[one], rows[other]) for one, other in request.neighbours if one in rows and other in rows]
        part_neighbours(exchange, pairs, stream_for(request.seed, "neighbours"))


def in_a_row(order: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The pairs of neighbours of people seated one after the other."""
    return tuple(pairwise(order))


def paper_on(sheets: Sheets, layout: Layout, row: int, candidate: str, name: str) -> Paper:
    """The paper that stands on a row of a layout, for that candidate, with that face hash."""
    lines = []
    for number, (place, order, variant) in enumerate(
        zip(layout.item[row].tolist(), layout.order[row].tolist(), layout.variant[row].tolist(), strict=True), start=1
    ):
        item = sheets.items[place]
        lines.append(
            PaperLine(
                number=number,
                item=item.id,
                version=item.version,
                ref=item.cell,
                worth=sheets.worths[item.cell],
                options=sheets.options_of(place, order),
                parameters=item.parameters[variant] if item.parameters else None,
            )
        )
    return Paper(candidate=candidate, lines=tuple(lines), face_hash=name)


def face_hash(lines: Iterable[PaperLine]) -> str:
    """SHA-256 of the canonical JSON of item, version and option order (and parameters, if any) of each line."""
    faces = []
    for line in lines:
        face: list[Any] = [line.item, line.version, list(line.options)]
        faces.append(face if line.parameters is None else [*face, dict(line.parameters)])
    return sha256(canonical_json(faces))


def paper_json(paper: Paper) -> dict[str, Any]:
    """The paper as plain JSON values, worths as `n/d` text."""
    lines = []
    for line in paper.lines:
        value: dict[str, Any] = {
            "number": line.number,
            "item": line.item,
            "version": line.version,
            "cell": line.ref,
            "worth": to_text(line.worth),
            "options": list(line.options),
        }
        lines.append(value if line.parameters is None else {**value, "parameters": dict(line.parameters)})
    return {"paper": paper.candidate, "lines": lines, "face_hash": paper.face_hash}


def paper_from_json(value: Mapping[str, Any]) -> Paper:
    """The paper that `paper_json` wrote; raises ValueError when its hash is not that of its lines."""
    lines = tuple(
        PaperLine(
            number=line["number"],
            item=line["item"],
            version=line["version"],
            ref=line["cell"],
            worth=from_text(line["worth"]),
            options=tuple(line["options"]),
            parameters=line.get("parameters"),
        )
        for line in value["lines"]
    )
    if face_hash(lines) != value["face_hash"]:
        raise ValueError(f"the paper of {value['paper']} was changed after it was drawn")
    return Paper(candidate=value["paper"], lines=lines, face_hash=value["face_hash"])
