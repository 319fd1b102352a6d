"""Papers for late-comers, one at a time, against all that were drawn before."""

from collections import Counter
from collections.abc import Set as AbstractSet

import numpy as np

from assessments.cards import window_of
from assessments.choosing import Chooser, Hand
from assessments.errors import NoUniquePaper
from assessments.papers import ORDERS_TRIED, Draw, Paper, paper_on
from assessments.randomness import Stream, stream_for

_TRIES = 300
_LEVEL_TRIES = 60  # tries with the cards used least, before cards used once more may come in
_NOTHING: frozenset[int] = frozenset()


class LateDesk:
    """Draws papers after the draw: the same for the same draw and the same late-comers in the same order.

    Each is on the blueprint, from the cards used least so far, without enemies, within the draw's band where a few
    tries find one, and shares neither all items nor its face with any paper before.
    """

    def __init__(self, draw: Draw) -> None:
        self._draw, self._table = draw, draw.table
        self._window = window_of(draw.table, draw.table.worth[draw.hands].sum(axis=1))
        self._rivals = {card: frozenset(rivals) for card, rivals in draw.table.rivals.items()}
        self._worth: list[int] = draw.table.worth.tolist()
        self._earlier: list[int] = draw.table.use_of(draw.request.exposed).tolist()
        self._use = Counter(dict(enumerate(self._earlier)))
        self._use.update(draw.hands.ravel().tolist())
        self._hands: list[Hand] = [tuple(hand) for hand in draw.hands.tolist()]
        self._held = {frozenset(hand) for hand in self._hands}
        self._names = set(draw.hashes) | draw.request.taken
        self._candidates = set(draw.roster)
        self._pools: list[list[int]] = [[] for _ in draw.table.strata]

    def draw_late_paper(self, candidate: str, *, met: AbstractSet[str] = frozenset()) -> Paper:
        """The paper of one more candidate; raises NoUniquePaper when no different one is left.

        Raises ValueError for a candidate who has a paper already.
        """
        if candidate in self._candidates:
            raise ValueError(f"{candidate} has a paper already")
        stream = stream_for(self._draw.request.seed, "late", candidate)
        known = frozenset(self._table.number[item] for item in met if item in self._table.number)
        hand = self._best_of_some(stream, known) or self._chosen(known)
        paper = self._laid_out(candidate, hand)
        self._candidates.add(candidate)
        self._keep(hand)
        return paper

    def _best_of_some(self, stream: Stream, met: frozenset[int]) -> Hand | None:
        best: tuple[int, Hand] | None = None
        for number in range(_TRIES):
            hand = self._dealt(stream, met, is_wide=number >= _LEVEL_TRIES)
            if hand is None or frozenset(hand) in self._held:
                continue
            worth = sum(self._worth[card] for card in hand)
            outside = max(self._window.low - worth, worth - self._window.high, 0)
            if best is None or outside < best[0]:
                best = (outside, hand)
            if not outside:
                break
        return None if best is None else best[1]

    def _dealt(self, stream: Stream, met: frozenset[int], *, is_wide: bool) -> Hand | None:
        """A hand of cards used least, drawn by chance; None when a stratum has none left that may stand beside."""
        hand: list[int] = []
        blocked = set(met)
        for number, stratum in enumerate(self._table.strata):
            own: list[int] = []
            for _ in range(stratum.takes):
                suited = self._suited(number, own, blocked, is_wide=is_wide)
                card = suited[stream.below(len(suited))] if suited else None
                if card is None:
                    return None
                own.append(card)
                blocked |= self._rivals.get(card, _NOTHING)
            hand += own
        return tuple(hand)

    def _suited(self, number: int, own: list[int], blocked: AbstractSet[int], *, is_wide: bool) -> list[int]:
        """The cards of a stratum used least that may stand on the paper; with `is_wide` those used once more too."""
        if not is_wide:
            pool = self._pool(number)
            if not own and blocked.isdisjoint(pool):
                return pool
            if suited := [card for card in pool if card not in blocked and card not in own]:
                return suited
        others = [card for card in self._table.cards_of(number) if card not in blocked and card not in own]
        least = min((self._use[card] for card in others), default=0)
        return [card for card in others if self._use[card] <= least + is_wide]

    def _pool(self, number: int) -> list[int]:
        """The cards of a stratum that were used least."""
        if not self._pools[number]:
            cards = self._table.cards_of(number)
            least = min(self._use[card] for card in cards)
            self._pools[number] = [card for card in cards if self._use[card] == least]
        return self._pools[number]

    def _chosen(self, met: frozenset[int]) -> Hand:
        chooser = Chooser(self._table, [*self._hands, ()], met={len(self._hands): met}, used=self._earlier, repairs={})
        return chooser.choose_last()

    def _laid_out(self, candidate: str, hand: Hand) -> Paper:
        sheets, cards = self._draw.sheets, np.array([hand], dtype=np.int64)
        for attempt in range(ORDERS_TRIED):
            layout = sheets.lay_out(cards, self._draw.request.seed, "late", candidate, str(attempt))
            (name,) = sheets.face_hashes(layout)
            if name not in self._names:
                self._names.add(name)
                return paper_on(sheets, layout, 0, candidate, name)
        raise NoUniquePaper(needed=len(self._hands) + 1, found=len(self._hands))

    def _keep(self, hand: Hand) -> None:
        self._hands.append(hand)
        self._held.add(frozenset(hand))
        for card in hand:
            self._use[card] += 1
        for number, pool in enumerate(self._pools):
            slots = self._table.slots_of(number)
            for card in hand[slots.start : slots.stop]:
                if card in pool:
                    pool.remove(card)
