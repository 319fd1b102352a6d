"""A disk whose power is cut: what a traced program had on it at any moment, with what it had synced and no more.

The program runs under strace. Of what it wrote and had not synced, each write may have reached the disk whole, in
part or not at all, whatever the order, as a system without power leaves it.
"""

import re
import shutil
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

SECTOR = 512  # bytes that a disk writes whole
CALLS = "pwrite64,write,writev,pwritev,ftruncate,truncate,fallocate,fsync,fdatasync,rename,renameat2,unlink"
_LINE = re.compile(r"(?P<at>\d+\.\d+) (?P<call>\w+)\((?P<given>.*)\) += (?P<result>-?\d+).* <(?P<took>\d+\.\d+)>$")
_FILE = re.compile(r'\d+<((?:\\x[0-9a-f]{2})*)>(?:, "((?:\\x[0-9a-f]{2})*)", (\d+)(?:, (\d+))?|, (\d+))?$')
_PATH = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """Bytes put into a file, or where `data` is None its new length, which is `place`."""

    began: float
    ended: float
    place: int
    data: bytes | None


def strace() -> str | None:
    """The program that traces, where it is installed."""
    return shutil.which("strace")


def traced(command: Sequence[str], prefix: Path) -> list[str]:
    """A command with all that it does to files written down, for each of its threads in a file of its own."""
    # -D: the command stays the child of who starts it, which ends it by its own number.
    line = ["strace", "-D", "-ff", "--seccomp-bpf", "-ttt", "-T", "-y", "-xx", "-s", "1000000"]
    return [*line, "-e", f"trace={CALLS}", "-o", str(prefix), *command]


class Disk:
    """The files of one folder as they were before, and all that was done to them since."""

    def __init__(self, before: Path, folder: Path, prefix: Path, *, since: float = 0.0) -> None:
        """`before` is a copy of `folder` as it was at a moment; raises ValueError for a call that is not understood."""
        self.before, self.folder = before, folder
        self.writes: dict[str, list[Write]] = {}
        self.syncs: dict[str, list[tuple[float, float]]] = {}
        self.moments: list[float] = []
        self._ends: dict[str, int] = {}
        for began, ended, call, given in sorted(_calls(prefix), key=lambda one: one[0]):
            if began >= since:
                self._note(began, ended, call, given)

    def at(self, moment: float, into: Path, chance: Random, *, heeds_syncs: bool = True) -> None:
        """Put into a new folder what is on the disk when its power is cut at a moment.

        A disk that does not heed syncs may lose whatever was written: what is lost there shows that a loss is seen.
        """
        shutil.copytree(self.before, into)
        for name, writes in self.writes.items():
            synced = self._synced(name, moment) if heeds_syncs else 0.0
            path = into / name
            content = bytearray(path.read_bytes() if path.exists() else b"")
            for write in writes[: bisect_right(writes, moment, key=lambda one: one.began)]:
                _put(content, write, None if write.ended <= synced else chance)
            path.write_bytes(content)

    def _synced(self, name: str, moment: float) -> float:
        """When the last sync began that had ended by a moment."""
        return max((began for began, ended in self.syncs.get(name, ()) if ended <= moment), default=0.0)

    def _note(self, began: float, ended: float, call: str, given: str) -> None:
        found = _FILE.match(given)
        if found is None:
            names = [_bytes(path).decode() for path in _PATH.findall(given)]
            if any(self._name(name) for name in names):
                raise ValueError(f"files that are replaced or taken away are not understood: {call} of {names}")
            return
        if not (name := self._name(_bytes(found[1]).decode())):
            return
        self.moments.append(ended)
        if call in {"fsync", "fdatasync"}:
            self.syncs.setdefault(name, []).append((began, ended))
            return
        end = self._ends.get(name, _size(self.before / name))
        if call == "ftruncate":
            place, data = int(found[5]), None
        elif call == "pwrite64":
            place, data = int(found[4]), _bytes(found[2])
        elif call == "write":  # of logs, one after the other
            place, data = end, _bytes(found[2])
        else:
            raise ValueError(f"this way to write is not understood: {call} on {name}")
        self.writes.setdefault(name, []).append(Write(began=began, ended=ended, place=place, data=data))
        self._ends[name] = place if data is None else max(end, place + len(data))

    def _name(self, path: str) -> str:
        """The name of a file that is kept; what is shared in memory is gone without power."""
        here = str(self.folder) + "/"
        name = path.removeprefix(here) if path.startswith(here) else ""
        return "" if name.endswith("-shm") else name


def _put(content: bytearray, write: Write, chance: Random | None) -> None:
    """Do one write, or as much of it as chance has left."""
    data, place = write.data, write.place
    if chance is not None and (fate := chance.random()) < 0.9:
        if data is None or fate < 0.6:
            return
        kept = chance.randint(0, len(data) // SECTOR) * SECTOR
        data, place = (data[:kept], place) if fate < 0.75 else (data[kept:], place + kept)
    end = place + len(data or b"")
    if data is None:
        del content[place:]
    content.extend(bytes(max(0, end - len(content))))
    content[place:end] = data or b""


def _calls(prefix: Path) -> Iterator[tuple[float, float, str, str]]:
    """What was done without an error: from when until when, which call, with what."""
    for path in sorted(prefix.parent.glob(f"{prefix.name}.*")):
        with path.open() as lines:
            for line in lines:
                found = _LINE.match(line.rstrip("\n"))
                if found and int(found["result"]) >= 0:
                    began = float(found["at"])
                    yield began, began + float(found["took"]), found["call"], found["given"]


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _bytes(printed: str) -> bytes:
    """Bytes as strace prints them, each by its number."""
    return bytes.fromhex(printed.replace("\\x", ""))
