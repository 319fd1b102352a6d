"""Dealing items to papers: from shuffled decks, so that use is level; enemies apart; no two hands of the same items."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import combinations, product
from math import comb, prod

from assessments.blueprint import BlueprintCell, ExamBlueprint
from assessments.errors import NoUniquePaper
from assessments.randomness import stream_for
from question_bank.model import ItemFace

Hand = Mapping[str, tuple[str, ...]]  # the items of one paper, by criterion
SEARCH_LIMIT = 200_000  # choices tried for one paper before the bank is held to be exhausted
_NOTHING: frozenset[str] = frozenset()


class Dealer:
    """Deals the hands of one draw: one for each candidate, the same for the same seed and order of candidates.

    `decks` holds for each criterion at least the items a paper needs; `met` the items a candidate knows already.
    """

    def __init__(
        self,
        blueprint: ExamBlueprint,
        decks: Mapping[str, Sequence[ItemFace]],
        *,
        candidates: Sequence[str],
        seed: bytes,
        met: Mapping[str, AbstractSet[str]],
    ) -> None:
        self._cells = blueprint.cells
        self._items = {ref: tuple(face.id for face in deck) for ref, deck in decks.items()}
        self._enemies = _enemies(face for deck in decks.values() for face in deck)
        self._candidates = candidates
        self._met = met
        self._streams = {cell.ref: stream_for(seed, "deck", cell.ref) for cell in blueprint.cells}
        self._left: dict[str, list[str]] = {cell.ref: [] for cell in blueprint.cells}
        self._hands: dict[str, Hand] = {}
        self._held: set[frozenset[str]] = set()

    def deal(self) -> dict[str, Hand]:
        """A hand for each candidate; raises NoUniquePaper when the bank has fewer different ones.

        Hands come from the decks. The few that break a rule are chosen anew among the items used least, and then
        items are exchanged until use is level again.
        """
        possible = prod(comb(len(self._items[cell.ref]), cell.items) for cell in self._cells)
        if possible < len(self._candidates):
            raise NoUniquePaper(needed=len(self._candidates), found=possible)
        for candidate in self._candidates:
            hand = self._from_decks(candidate)
            if self._is_sound(hand):
                self._hold(candidate, hand)
        if faulty := [candidate for candidate in self._candidates if candidate not in self._hands]:
            for candidate in faulty:
                self._hold(candidate, self._first_sound(candidate))
            self._level()
        return self._hands

    def _met_by(self, candidate: str) -> AbstractSet[str]:
        return self._met.get(candidate, _NOTHING)

    def _enemies_of(self, items: Iterable[str]) -> frozenset[str]:
        return _NOTHING.union(*(self._enemies.get(item, _NOTHING) for item in items))

    def _is_sound(self, hand: Hand) -> bool:
        items = items_of(hand)
        return items not in self._held and items.isdisjoint(self._enemies_of(items))

    def _hold(self, candidate: str, hand: Hand) -> None:
        if candidate in self._hands:
            self._held.remove(items_of(self._hands[candidate]))
        self._hands[candidate] = hand
        self._held.add(items_of(hand))

    def _from_decks(self, candidate: str) -> Hand:
        hand: dict[str, tuple[str, ...]] = {}
        blocked: set[str] = set()
        for cell in self._cells:
            own: list[str] = []
            for _ in range(cell.items):
                own.append(self._card(cell.ref, own, blocked, self._met_by(candidate)))
                blocked |= self._enemies_of(own[-1:])
            hand[cell.ref] = tuple(own)
        return hand

    def _card(self, ref: str, own: Sequence[str], blocked: AbstractSet[str], met: AbstractSet[str]) -> str:
        """The first card that suits; one skipped stays in the deck for the next paper, so use stays level.

        An item that the candidate met is dealt only where the whole bank has no other: before that the deck is
        filled up anew.
        """
        deck = self._left[ref]
        if not deck or not any(self._suits(item, own, blocked | met) for item in deck):
            deck.extend(self._streams[ref].shuffled(self._items[ref]))
        for unwanted in (blocked | met, blocked, _NOTHING):
            for place, item in enumerate(deck):
                if self._suits(item, own, unwanted):
                    return deck.pop(place)
        raise AssertionError("a deck holds more different items than a paper takes")

    @staticmethod
    def _suits(item: str, own: Sequence[str], unwanted: AbstractSet[str]) -> bool:
        return item not in own and item not in unwanted

    def _first_sound(self, candidate: str) -> Hand:
        """The first hand nobody has, trying items not met before and items used least before others."""
        met = self._met_by(candidate)
        used = Counter(item for hand in self._hands.values() for item in items_of(hand))
        order = {ref: sorted(items, key=lambda item: (item in met, used[item])) for ref, items in self._items.items()}
        for step, hand in enumerate(self._choices(order, self._cells, {}, _NOTHING)):
            if hand is not None and items_of(hand) not in self._held:
                return hand
            if step == SEARCH_LIMIT:
                break
        raise NoUniquePaper(needed=len(self._candidates), found=len(self._hands))

    def _choices(
        self, order: Mapping[str, Sequence[str]], cells: Sequence[BlueprintCell], hand: Hand, blocked: frozenset[str]
    ) -> Iterator[Hand | None]:
        """Every hand without enemies, depth first; None for a choice that leads nowhere, so that steps are counted."""
        if not cells:
            yield hand
            return
        cell, *rest = cells
        for own in combinations([item for item in order[cell.ref] if item not in blocked], cell.items):
            enemies = self._enemies_of(own)
            if enemies.isdisjoint(own) and not self._starves(rest, blocked | enemies):
                yield from self._choices(order, rest, {**hand, cell.ref: own}, blocked | enemies)
            else:
                yield None

    def _starves(self, cells: Iterable[BlueprintCell], blocked: frozenset[str]) -> bool:
        return any(sum(item not in blocked for item in self._items[cell.ref]) < cell.items for cell in cells)

    def _level(self) -> None:
        """In one paper at a time, put the least used item of a criterion in place of the most used one.

        An item that a candidate met is not brought back for the sake of level use.
        """
        for cell in self._cells:
            used = Counter(dict.fromkeys(self._items[cell.ref], 0))
            used.update(item for hand in self._hands.values() for item in hand[cell.ref])
            while change := self._change(cell.ref, used):
                candidate, old, new, hand = change
                self._hold(candidate, hand)
                used[old] -= 1
                used[new] += 1

    def _change(self, ref: str, used: Counter[str]) -> tuple[str, str, str, Hand] | None:
        most, least = max(used.values()), min(used.values())
        if most - least <= 1:
            return None
        pairs = [
            (old, new) for old, new in product(self._items[ref], repeat=2) if (used[old], used[new]) == (most, least)
        ]
        for old, new in pairs:
            for candidate, hand in self._hands.items():
                if old in hand[ref] and new not in hand[ref] and new not in self._met_by(candidate):
                    other = {**hand, ref: tuple(new if item == old else item for item in hand[ref])}
                    if self._is_sound(other):
                        return candidate, old, new, other
        return None


def items_of(hand: Hand) -> frozenset[str]:
    """All items of a hand."""
    return frozenset(item for own in hand.values() for item in own)


def _enemies(faces: Iterable[ItemFace]) -> dict[str, frozenset[str]]:
    """The enemies of each item; who is named as an enemy is one in return."""
    found: dict[str, set[str]] = {}
    for face in faces:
        for enemy in face.enemies:
            found.setdefault(face.id, set()).add(enemy)
            found.setdefault(enemy, set()).add(face.id)
    return {item: frozenset(enemies) for item, enemies in found.items()}
