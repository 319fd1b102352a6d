"""A candidate's journal: what was going to be sent, then what was told, each on the disk before anything goes on."""

import json
import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Name = tuple[int, str, int]  # attempt, device and the device's number
Payload = tuple[str, str]  # item and choice; an empty one takes the answer back


class Journal:
    """One file of lines in JSON, synced at every write."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("ab", buffering=0)

    def intend(self, entries: Iterable[Mapping[str, Any]]) -> None:
        """Note events before they are sent."""
        self._note("intent", entries)

    def acknowledge(self, entries: Iterable[Mapping[str, Any]]) -> None:
        """Note what was told to be saved, with its receipt."""
        self._note("ack", entries)

    def refuse(self, entries: Iterable[Mapping[str, Any]]) -> None:
        """Note what was told not to be saved, and why."""
        self._note("refusal", entries)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _note(self, kind: str, entries: Iterable[Mapping[str, Any]]) -> None:
        told = {"kind": kind, "noted_at": time.time()}
        lines = "".join(json.dumps(told | dict(entry)) + "\n" for entry in entries)
        if lines:
            self._file.write(lines.encode())
            os.fsync(self._file.fileno())


@dataclass(frozen=True, slots=True)
class Told:
    """All journals together: what may have been sent, what was acknowledged, and what was refused."""

    intents: dict[Name, set[Payload]] = field(default_factory=dict)
    acks: dict[Name, list[Mapping[str, Any]]] = field(default_factory=dict)
    refusals: dict[Name, str] = field(default_factory=dict)


def read(folder: Path) -> Told:
    """The journals of a folder; a last line that was being written when its writer died is passed over."""
    told = Told()
    for path in sorted(folder.glob("*.journal")):
        for line in path.read_bytes().split(b"\n")[:-1]:
            entry = json.loads(line)
            name = (entry["attempt"], entry["device"], entry["seq"])
            if entry["kind"] == "intent":
                told.intents.setdefault(name, set()).add((entry["item"], entry["choice"]))
            elif entry["kind"] == "ack":
                told.acks.setdefault(name, []).append(entry)
            else:
                told.refusals[name] = entry["why"]
    return told
