"""Candidates sitting in a process of their own: `python -m tests.oracle.sitting SEATS JOURNALS PORT PACE SEED`.

They save until the process gets SIGTERM, then send what still waits; what happened is printed as JSON.
"""

import asyncio
import json
import signal
import sys
import time
from pathlib import Path
from random import Random

from tests.oracle import hall
from tests.oracle.candidate import Candidate
from tests.oracle.wire import BROKEN, Line

LAST_SECONDS = 40.0  # for sending what still waits at the end
COUNT_EVERY = 0.2
MOST_WAITING = 20  # a candidate without the site goes on answering up to so many


class _Room:
    """All candidates of the process, and what they saw."""

    def __init__(self, port: int, pace: float, count_file: Path) -> None:
        self.port, self.pace, self.count_file = port, pace, count_file
        self.over = asyncio.Event()
        self.saved = self.broken = self.failed = 0
        self.longest = 0.0

    async def sit(self, candidate: Candidate) -> None:
        line, asking_since = Line(self.port), None
        while not self.over.is_set():
            pause = self.pace * candidate.chance.uniform(0.5, 1.5)
            await asyncio.sleep(min(pause, 0.5) if candidate.waiting else pause)
            asking_since = await self._save(candidate, line, asking_since, new=len(candidate.waiting) < MOST_WAITING)
        latest = time.monotonic() + LAST_SECONDS
        while candidate.waiting and time.monotonic() < latest:
            asking_since = await self._save(candidate, line, asking_since, new=False)
            await asyncio.sleep(0.2 if candidate.waiting else 0)
        line.close()
        candidate.journal.close()

    async def _save(self, candidate: Candidate, line: Line, asking_since: float | None, *, new: bool) -> float | None:
        """Send once; returns since when the candidate asks in vain, and None after success."""
        body, began = candidate.body(new=new), asking_since or time.monotonic()
        try:
            reply = await line.send("POST", candidate.path, candidate.headers, body)
        except BROKEN:
            self.broken += 1
            saved = 0
        else:
            saved = candidate.hear(reply.status, reply.headers, reply.body)
            self.failed += reply.status != 200
        self.saved += saved
        self.longest = max(self.longest, time.monotonic() - began)
        return None if saved else began

    async def count(self) -> None:
        """Tell how many answers are saved, for whoever waits for more."""
        while True:
            self.count_file.write_text(str(self.saved))
            await asyncio.sleep(COUNT_EVERY)


async def _run(seats: Path, journals: Path, port: int, pace: float, seed: int) -> None:
    room, chance = _Room(port, pace, journals / "saved"), Random(seed)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, room.over.set)
    candidates = [Candidate(seat, journals, Random(chance.random())) for seat in hall.read(seats)]
    counting = asyncio.create_task(room.count())
    await asyncio.gather(*(room.sit(candidate) for candidate in candidates))
    counting.cancel()
    waiting = sum(len(candidate.waiting) for candidate in candidates)
    seen = {"saved": room.saved, "waiting": waiting, "broken": room.broken, "failed": room.failed}
    sys.stdout.write(json.dumps(seen | {"longest_wait": round(room.longest, 1)}) + "\n")


if __name__ == "__main__":
    asyncio.run(_run(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]), int(sys.argv[5])))
