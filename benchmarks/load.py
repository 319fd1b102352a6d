"""Requests from many connections at once, with what they cost: the time of each, and the processors' of the servers."""

import asyncio
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

from tests.oracle.serving import children_of
from tests.oracle.wire import Line

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Request:
    """One request and the status that answers it."""

    path: str
    headers: Mapping[str, str]
    body: bytes
    status: int = 200


@dataclass(frozen=True, slots=True)
class Measured:
    """A round: how many requests, the seconds it took, those of each request, and CPU milliseconds of one."""

    count: int
    seconds: float
    latencies: Sequence[float]
    cpu_ms: float

    def ms(self, percent: int) -> float:
        """A percentile of the time that a request took, in milliseconds."""
        return 1000 * quantiles(self.latencies, n=100)[percent - 1]


def closed(port: int, requests: Sequence[Request], at_once: int, trees: Sequence[int]) -> Measured:
    """Send all from so many connections, each one at a time; `trees` are processes whose CPU counts with all below."""
    waiting = iter(requests)

    async def run() -> list[float]:
        lanes = await asyncio.gather(*(_lane(port, waiting) for _ in range(at_once)))
        return [taken for lane in lanes for taken in lane]

    return _measured(run, len(requests), trees)


def every(
    port: int, seconds: float, gap: float, lanes: Sequence[Callable[[], Request]], trees: Sequence[int]
) -> Measured:
    """Send from each lane once in `gap` seconds, however slow the replies are; time counts from when one was due."""
    latencies: list[float] = []

    async def one(lane: Callable[[], Request], line: Line, due: float) -> None:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        await _send(line, lane())
        latencies.append(time.perf_counter() - due)

    async def follow(place: int, lane: Callable[[], Request]) -> None:
        line, began = Line(port), time.perf_counter() + gap * place / len(lanes)
        for number in range(int(seconds / gap)):
            await one(lane, line, began + number * gap)
        line.close()

    async def run() -> list[float]:
        await asyncio.gather(*(follow(place, lane) for place, lane in enumerate(lanes)))
        return latencies

    return _measured(run, len(lanes) * int(seconds / gap), trees)


def _measured(run: Callable[[], object], count: int, trees: Sequence[int]) -> Measured:
    before, began = sum(map(cpu_seconds, trees)), time.perf_counter()
    latencies = asyncio.run(run())  # type: ignore[arg-type]
    passed = time.perf_counter() - began
    spent = sum(map(cpu_seconds, trees)) - before
    return Measured(count, passed, latencies, 1000 * spent / count)


async def _lane(port: int, waiting: Iterator[Request]) -> list[float]:
    line, taken = Line(port), []
    for request in waiting:
        began = time.perf_counter()
        await _send(line, request)
        taken.append(time.perf_counter() - began)
    line.close()
    return taken


async def _send(line: Line, request: Request) -> None:
    reply = await line.send("POST", request.path, request.headers, request.body)
    if reply.status != request.status:
        raise SystemExit(f"{request.path} answers {reply.status}: {reply.body[:300]!r}")


def cpu_seconds(pid: int) -> float:
    """Seconds of the processors that a process, its children and those of them that ended have taken."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / _TICKS + sum(map(cpu_seconds, children_of(pid)))
