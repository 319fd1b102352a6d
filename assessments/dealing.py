"""Dealing cards to papers from shuffled decks, so that every card of a stratum is used as often as any other."""

import numpy as np

from assessments.blueprint import ExamBlueprint
from assessments.cards import CardTable
from assessments.randomness import Stream, Whole, stream_for

_TRIED_ALONG = 2


def deal(table: CardTable, papers: int, *, seed: bytes, used: Whole) -> Whole:
    """The cards of `papers` papers: an array, papers × slots, in which no paper has a card twice.

    Over `used`, what earlier papers used of each card, use is as level as it can be: with none, each card of a
    stratum is used equally often or once more. Enemies, likeness and difficulty are for `assessments.exchanging`.
    """
    dealt = np.zeros((papers, table.slots), dtype=np.int64)
    if not papers:
        return dealt
    share = table.blueprint.max_exposure
    most = papers if share is None else min(papers, int(share * papers))
    for number, stratum in enumerate(table.strata):
        stream = stream_for(seed, "deck", stratum.cell.ref, stratum.difficulty or "")
        cards, slots = table.cards_of(number), table.slots_of(number)
        quotas = quotas_of(stream, used[cards.start : cards.stop], papers * stratum.takes, most)
        hands = _from_decks(stream, quotas, papers, stratum.takes)
        dealt[:, slots.start : slots.stop] = hands + cards.start
    return dealt


def quotas_of(stream: Stream, used: Whole, total: int, most: int) -> Whole:
    """How often each card is to be used, `total` times in all, so that earlier and present use together are level.

    The least used cards are filled up first, each at most `most` times; where the last round is not enough for all,
    chance says for which.
    """
    low, high = int(used.min()), int(used.max()) + most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if np.clip(middle - used, 0, most).sum() <= total else (low, middle - 1)
    quotas = np.clip(low - used, 0, most)
    open_cards = np.flatnonzero((used <= low) & (quotas < most))
    order = stream.orders(1, np.zeros_like(open_cards))[0]
    quotas[open_cards[order[: total - int(quotas.sum())]]] += 1
    return quotas


def _from_decks(stream: Stream, quotas: Whole, papers: int, takes: int) -> Whole:
    """Hands dealt from decks, one deck after the other; each deck holds a card at most once."""
    rounds, size = int(quotas.max()), len(quotas)
    decks = stream.orders(rounds, np.zeros(size, dtype=np.int64))
    if takes == 1 and size > _TRIED_ALONG:
        # Who sits at the end of one deck and at the head of the next would get the same card.
        again = np.flatnonzero(decks[1:, 0] == decks[:-1, -1]) + 1
        decks[again, :2] = decks[again, 1::-1]
    if int(quotas.min()) < rounds:
        turn = np.arange(rounds)[:, None]
        # A card with fewer turns than there are decks has them spread evenly.
        has_turn = (turn + 1) * quotas // rounds > turn * quotas // rounds
        hands = decks[np.take_along_axis(has_turn, decks, axis=1)].reshape(papers, takes)
    else:
        hands = decks.reshape(papers, takes)
    if takes > 1:
        _part_doubles(hands)
    return hands


def _part_doubles(hands: Whole) -> None:
    """Where two decks meet in a paper it may hold a card twice: exchange one with the nearest paper that can take it.

    The paper with most doubles comes first; then there always is a paper to exchange with, since a card is never
    used more often than there are papers.
    """
    ordered = np.sort(hands, axis=1)
    doubles = {int(row): 0 for row in np.flatnonzero((np.diff(ordered, axis=1) == 0).any(axis=1))}
    while doubles:
        for row in doubles:
            doubles[row] = hands.shape[1] - len(set(hands[row].tolist()))
        row = max(doubles, key=lambda each: (doubles[each], -each))
        if doubles[row] == 0:
            return
        _give_away(hands, row)


def _give_away(hands: Whole, row: int) -> None:
    own = hands[row].tolist()
    place = next(place for place, card in enumerate(own) if card in own[:place])
    for step in range(1, len(hands)):
        other = (row + step) % len(hands)
        theirs = hands[other].tolist()
        if own[place] in theirs:
            continue
        for spot, card in enumerate(theirs):
            if card not in own:
                hands[row, place], hands[other, spot] = card, own[place]
                return
    raise AssertionError("a card is used more often than there are papers")


def least_items(blueprint: ExamBlueprint, papers: int, takes: int) -> int:
    """How many cards a stratum must have so that none is in more papers than the blueprint allows."""
    if blueprint.max_exposure is None or not papers:
        return takes
    most = int(blueprint.max_exposure * papers)
    return -(-papers * takes // most) if most else papers * takes + 1
