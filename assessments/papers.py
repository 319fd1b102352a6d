"""Drawing papers: one for each candidate, each exactly on the blueprint, no two alike."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

from assessments.blueprint import ExamBlueprint, decks, shortages
from assessments.dealing import Dealer, Hand
from assessments.errors import NotEnoughItems, NoUniquePaper
from assessments.marks import from_text, to_text
from assessments.model import unit_of
from assessments.randomness import stream_for
from curriculum.documents import canonical_json, sha256
from question_bank.model import ItemFace

ORDERS_TRIED = 1_000  # orders of lines and options tried for one set of items whose faces were given out before
NOTHING_MET: Mapping[str, AbstractSet[str]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperLine:
    """One item on a paper: its number there, the criterion it counts for, its worth, its options in order."""

    number: int
    item: str
    version: int
    ref: str
    worth: Fraction
    options: tuple[str, ...]


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
class OverlapReport:
    """How alike the papers of a draw are, in items shared by a pair, and how evenly items were used.

    `exposure` gives for each criterion the fewest and the most papers that hold any one of its drawn items.
    """

    papers: int
    worst_pair: tuple[str, str] | None
    worst_overlap: int
    mean_overlap: Fraction
    exposure: Mapping[str, tuple[int, int]]


def draw_papers(
    blueprint: ExamBlueprint,
    faces: Iterable[ItemFace],
    *,
    candidates: Sequence[str],
    seed: bytes,
    taken: AbstractSet[str] = frozenset(),
    met: Mapping[str, AbstractSet[str]] = NOTHING_MET,
) -> tuple[Paper, ...]:
    """One paper for each candidate, in their order; the same for the same seed, whatever the order of `faces`.

    Each follows the blueprint exactly from exam items; enemies never meet on a paper; no two hold the same set of
    items; no face hash is in `taken` or comes twice. Items are used evenly, and those a candidate met before (`met`,
    by candidate) are avoided where the deck allows. Raises NotEnoughItems with all shortages, or NoUniquePaper.
    """
    bank = tuple(faces)
    if len(set(candidates)) != len(candidates):
        raise ValueError("a candidate is named twice")
    if lacking := shortages(blueprint, bank):
        raise NotEnoughItems(lacking)
    by_ref = decks(blueprint, bank)
    by_id = {face.id: face for deck in by_ref.values() for face in deck}
    # Who has met items is dealt to first, while the decks still offer a choice.
    in_turn = sorted(candidates, key=lambda candidate: (-len(met.get(candidate, ())), candidate))
    hands = Dealer(blueprint, by_ref, candidates=in_turn, seed=seed, met=met).deal()
    used = set(taken)
    papers: dict[str, Paper] = {}
    for candidate in sorted(candidates):
        paper = _unused_face(blueprint, by_id, candidate, hands[candidate], seed, used)
        if paper is None:
            raise NoUniquePaper(needed=len(candidates), found=len(papers))
        used.add(paper.face_hash)
        papers[candidate] = paper
    return tuple(papers[candidate] for candidate in candidates)


def face_hash(lines: Iterable[PaperLine]) -> str:
    """SHA-256 of the canonical JSON of item, version and option order of each line, in order."""
    return sha256(canonical_json([[line.item, line.version, list(line.options)] for line in lines]))


def paper_json(paper: Paper) -> dict[str, Any]:
    """The paper as plain JSON values, worths as `n/d` text."""
    lines = [
        {
            "number": line.number,
            "item": line.item,
            "version": line.version,
            "cell": line.ref,
            "worth": to_text(line.worth),
            "options": list(line.options),
        }
        for line in paper.lines
    ]
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
        )
        for line in value["lines"]
    )
    if face_hash(lines) != value["face_hash"]:
        raise ValueError(f"the paper of {value['paper']} was changed after it was drawn")
    return Paper(candidate=value["paper"], lines=lines, face_hash=value["face_hash"])


def overlap_report(papers: Sequence[Paper]) -> OverlapReport:
    """How alike the papers are and how evenly items were used; compares every pair."""
    worst_pair, worst = None, 0
    bits = {item: 1 << place for place, item in enumerate(sorted({item for paper in papers for item in paper.items}))}
    masks = [(paper.candidate, sum(bits[item] for item in paper.items)) for paper in papers]
    total = 0
    for (first, one), (second, other) in combinations(masks, 2):
        shared = (one & other).bit_count()
        total += shared
        if worst_pair is None or shared > worst:
            worst_pair, worst = (first, second), shared
    pairs = len(papers) * (len(papers) - 1) // 2
    return OverlapReport(
        papers=len(papers),
        worst_pair=worst_pair,
        worst_overlap=worst,
        mean_overlap=Fraction(total, pairs) if pairs else Fraction(),
        exposure=_exposure(papers),
    )


def _exposure(papers: Sequence[Paper]) -> dict[str, tuple[int, int]]:
    uses = Counter((line.ref, line.item) for paper in papers for line in paper.lines)
    by_ref: dict[str, list[int]] = {}
    for (ref, _), times in uses.items():
        by_ref.setdefault(ref, []).append(times)
    return {ref: (min(times), max(times)) for ref, times in by_ref.items()}


def _unused_face(
    blueprint: ExamBlueprint,
    by_id: Mapping[str, ItemFace],
    candidate: str,
    hand: Hand,
    seed: bytes,
    used: AbstractSet[str],
) -> Paper | None:
    for attempt in range(ORDERS_TRIED):
        lines = _laid_out(blueprint, by_id, hand, seed, (candidate, str(attempt)))
        if (fingerprint := face_hash(lines)) not in used:
            return Paper(candidate=candidate, lines=lines, face_hash=fingerprint)
    return None


def _laid_out(
    blueprint: ExamBlueprint, by_id: Mapping[str, ItemFace], hand: Hand, seed: bytes, names: Sequence[str]
) -> tuple[PaperLine, ...]:
    """The hand as lines: units in order, lines shuffled within a unit, options shuffled for themselves."""
    line_order = stream_for(seed, "lines", *names)
    option_order = stream_for(seed, "options", *names)
    by_unit: dict[str, list[tuple[str, Fraction, str]]] = {}
    for cell in blueprint.cells:
        by_unit.setdefault(unit_of(cell.ref), []).extend((cell.ref, cell.worth, item) for item in hand[cell.ref])
    entries = [entry for unit in by_unit.values() for entry in line_order.shuffled(unit)]
    return tuple(
        PaperLine(
            number=number,
            item=item,
            version=by_id[item].version,
            ref=ref,
            worth=worth,
            options=option_order.shuffled(sorted(option.id for option in by_id[item].options)),
        )
        for number, (ref, worth, item) in enumerate(entries, start=1)
    )
