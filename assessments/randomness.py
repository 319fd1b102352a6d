"""Randomness that anyone can replay: a SHA-256 counter stream, the same on every version and machine.

numpy only reckons with whole numbers that came from the stream; its own generators are never asked.
"""

import hashlib
from collections.abc import Sequence
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

_Thing = TypeVar("_Thing")

Whole: TypeAlias = NDArray[np.int64]
_BLOCK = 32
_WORD = 4
_FEW = 64


class Stream:
    """An endless row of random bytes from a seed: block n is SHA-256(SHA-256(seed) followed by n in 8 bytes)."""

    def __init__(self, seed: bytes) -> None:
        self._key = hashlib.sha256(seed).digest()
        self._counter = 0
        self._pool = b""

    def read(self, size: int) -> bytes:
        """The next `size` bytes."""
        lacking = size - len(self._pool)
        if lacking > 0:
            self._pool += self._blocks(-(-lacking // _BLOCK))
        taken, self._pool = self._pool[:size], self._pool[size:]
        return taken

    def below(self, limit: int) -> int:
        """A whole number from 0 to `limit` - 1, each as likely: numbers that would tip the balance are thrown away."""
        if limit < 1:
            raise ValueError("there is no number below 1 to draw")
        bits = (limit - 1).bit_length()
        size = (bits + 7) // 8
        while True:
            number = int.from_bytes(self.read(size)) >> (size * 8 - bits)
            if number < limit:
                return number

    def shuffled(self, things: Sequence[_Thing]) -> tuple[_Thing, ...]:
        """The things in a random order, each order as likely (Fisher and Yates, from the end)."""
        deck = list(things)
        for last in range(len(deck) - 1, 0, -1):
            place = self.below(last + 1)
            deck[last], deck[place] = deck[place], deck[last]
        return tuple(deck)

    def words(self, count: int) -> Whole:
        """The next `count` numbers from 0 to 2³² - 1, each four bytes of the stream, the highest first."""
        return self._wholes(_WORD, count)

    def numbers(self, limit: int, count: int) -> Whole:
        """`count` numbers from 0 to `limit` - 1 (at most 2³²), each as likely.

        Each comes from one byte where `limit` is at most 2⁸, from two up to 2¹⁶, else from four; values from the
        highest multiple of `limit` on are thrown away, and the rest taken modulo `limit`.
        """
        size = 1 if limit <= 1 << 8 else 2 if limit <= 1 << 16 else _WORD
        fair = (1 << 8 * size) // limit * limit
        found = np.empty(0, dtype=np.int64)
        while len(found) < count:
            drawn = self._wholes(size, count - len(found))
            found = np.concatenate((found, drawn[drawn < fair]))
        return found % limit

    def orders(self, rows: int, groups: Whole) -> Whole:
        """`rows` random orders of the places of `groups`: groups in order of their numbers, each shuffled within.

        Each place gets a number of two bytes (of four when there are more than 64 places); in each group the places
        in order of their numbers are its order. Rows in which two numbers of a group are equal are drawn again, after
        all others, so that each order is as likely.
        """
        places = len(groups)
        size = 2 if places <= _FEW else _WORD
        keys = self._wholes(size, rows * places).reshape(rows, places)
        # Group, number and place in one whole number: sorting them sorts the places.
        keys = np.sort((keys + (groups << 32) << 16) + np.arange(places), axis=1)
        found = keys & 0xFFFF
        ties = (np.diff(keys >> 16, axis=1) == 0).any(axis=1)
        if ties.any():
            found[ties] = self.orders(int(ties.sum()), groups)
        return found

    def _wholes(self, size: int, count: int) -> Whole:
        return np.frombuffer(self.read(count * size), dtype=f">u{size}").astype(np.int64)

    def _blocks(self, count: int) -> bytes:
        start, self._counter = self._counter, self._counter + count
        keyed = hashlib.sha256(self._key)
        blocks = []
        for counter in range(start, start + count):
            block = keyed.copy()
            block.update(counter.to_bytes(8))
            blocks.append(block.digest())
        return b"".join(blocks)


def stream_for(seed: bytes, *names: str) -> Stream:
    """The stream of that name under a seed; streams of different names know nothing of each other."""
    parts = (seed, *(name.encode() for name in names))
    return Stream(b"".join(len(part).to_bytes(8) + part for part in parts))
