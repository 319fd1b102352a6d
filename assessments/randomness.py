"""Randomness that anyone can replay: a SHA-256 counter stream, the same on every version and machine."""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

_Thing = TypeVar("_Thing")


class Stream:
    """An endless row of random bytes from a seed: block n is SHA-256(SHA-256(seed) followed by n in 8 bytes)."""

    def __init__(self, seed: bytes) -> None:
        self._key = hashlib.sha256(seed).digest()
        self._counter = 0
        self._pool = b""

    def read(self, size: int) -> bytes:
        """The next `size` bytes."""
        while len(self._pool) < size:
            self._pool += hashlib.sha256(self._key + self._counter.to_bytes(8)).digest()
            self._counter += 1
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


def stream_for(seed: bytes, *names: str) -> Stream:
    """The stream of that name under a seed; streams of different names know nothing of each other."""
    parts = (seed, *(name.encode() for name in names))
    return Stream(b"".join(len(part).to_bytes(8) + part for part in parts))
