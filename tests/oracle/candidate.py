"""A simulated candidate: answers at random, keeps what is not acknowledged, and believes receipts only."""

import json
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

from tests.oracle.hall import Seat
from tests.oracle.journal import Journal

MOST = 50  # of what waits, in one request


class Candidate:
    """One device of one candidate: `body` is what it sends next, `hear` takes the reply."""

    def __init__(self, seat: Seat, folder: Path, chance: Random, device: str = "tablet", most_new: int = 2) -> None:
        self.seat, self.chance, self.device, self.most_new = seat, chance, device, most_new
        self.journal = Journal(folder / f"{seat.attempt_id}-{device}.journal")
        self.waiting: dict[int, dict[str, Any]] = {}
        self.heard: list[dict[str, Any]] = []
        self.seq = 0

    @property
    def path(self) -> str:
        """Where answers are sent to."""
        return f"/exam/attempts/{self.seat.attempt_id}/events"

    @property
    def headers(self) -> dict[str, str]:
        """What goes with them."""
        return {"Authorization": f"Bearer {self.seat.token}", "Content-Type": "application/json"}

    def body(self, *, new: bool = True) -> bytes:
        """Some new answers and all that wait, in any order; now and then one again that was acknowledged long ago."""
        if new:
            self._answer(self.chance.randint(1, self.most_new))
        events = list(self.waiting.values())[:MOST]
        if self.heard and self.chance.random() < 0.1:
            events.append(self.chance.choice(self.heard))
        self.chance.shuffle(events)
        waiting = len(self.waiting)
        return json.dumps(
            {"device": self.device, "epoch": 1, "events": events, "waiting": waiting, "mode": "online"}
        ).encode()

    def hear(self, status: int, headers: Mapping[str, str], body: bytes) -> int:
        """Note what was told, and forget what was acknowledged; returns how many answers were."""
        if status != 200 or headers.get("x-yogyata-receipt") != "1":
            return 0
        told = json.loads(body)
        name = {"attempt": self.seat.attempt_id, "device": self.device}
        self.journal.acknowledge({**name, **saved} for saved in told["saved"])
        self.journal.refuse({**name, "seq": refused["seq"], "why": refused["why"]} for refused in told["refused"])
        for entry in (*told["saved"], *told["refused"]):
            if (event := self.waiting.pop(entry["seq"], None)) is not None:
                self.heard = [*self.heard[-20:], event]
        return len(told["saved"])

    def _answer(self, count: int) -> None:
        intents = []
        for _ in range(count):
            self.seq += 1
            number = self.chance.randint(1, len(self.seat.paper))
            item, options = self.seat.paper[number - 1]
            place = self.chance.choice([None, *range(1, len(options) + 1)])
            choice = options[place - 1] if place else ""
            intents.append(
                {
                    "attempt": self.seat.attempt_id,
                    "device": self.device,
                    "seq": self.seq,
                    "item": item,
                    "choice": choice,
                }
            )
            self.waiting[self.seq] = {"seq": self.seq, "number": number, "place": place, "elapsed_ms": 0}
        self.journal.intend(intents)
