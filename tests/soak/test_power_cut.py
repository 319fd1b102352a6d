"""The power of the site's machine is cut while candidates save: what was acknowledged is on the disk."""

import shutil
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random

import pytest

from lms.cli.serve import web_command
from tests.oracle import journal
from tests.oracle.journal import Name, Payload, Told
from tests.oracle.power import Disk, strace, traced
from tests.oracle.serving import served, sitting
from tests.soak.conftest import Hall
from tests.soak.forms import SEED, bound, forms

SEATS, PACE, ANSWERS = 20, 0.3, 400


@pytest.fixture
def disk(hall: Hall, database: str, tmp_path: Path) -> Disk:
    """What some hundred saved answers did to the files of the database, whose journals lie beside it."""
    if strace() is None:
        pytest.skip("strace is not installed")
    seats, file = hall(SEATS), Path(database.removeprefix("sqlite:///"))
    folder, before, prefix = tmp_path / "disk", tmp_path / "before", tmp_path / "trace"
    folder.mkdir()
    with sqlite3.connect(file) as old, sqlite3.connect(folder / "site.db") as new:
        old.backup(new)
        new.execute("PRAGMA journal_mode=WAL")
    shutil.copytree(folder, before)

    def command(port: int) -> list[str]:
        return traced(web_command("127.0.0.1", port, 2), prefix)

    with (
        served(f"sqlite:///{folder / 'site.db'}", tmp_path, command) as server,
        sitting(seats, tmp_path / "journals", server.port, pace=PACE, seed=SEED) as crew,
    ):
        crew.wait_for(ANSWERS)
        crew.end()
    return Disk(before, folder, prefix)


@forms(10, 1000)
def test_what_was_acknowledged_is_there_after_the_power_was_cut(
    times: int, disk: Disk, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    told, chance, unheeded = journal.read(tmp_path / "journals"), Random(SEED), 0
    heard = [ack["noted_at"] for acks in told.acks.values() for ack in acks]
    moments = [moment for moment in disk.moments if moment > min(heard)]
    for number in range(times):
        moment = chance.choice(moments)
        cut = partial(kept_after, disk, moment, tmp_path / f"cut{number}", chance)
        assert faults(told, moment, cut(heeds_syncs=True)) == []
        unheeded += bool(faults(told, moment, cut(heeds_syncs=False)))
    assert unheeded > times / 2  # a disk that loses what was synced is caught
    record_property(
        "seen", f"{len(told.acks)} answers acknowledged, {unheeded} of {times} lost some without syncs; {bound(times)}"
    )


def kept_after(
    disk: Disk, moment: float, into: Path, chance: Random, *, heeds_syncs: bool
) -> dict[Name, Payload] | None:
    """The answers that a database has whose power was cut; None where it cannot be read."""
    disk.at(moment, into, chance, heeds_syncs=heeds_syncs)
    connection = sqlite3.connect(into / "site.db")
    try:
        [whole] = connection.execute("PRAGMA integrity_check").fetchone()
        rows = connection.execute("SELECT attempt_id, device, seq, item, choice FROM answer_event").fetchall()
    except sqlite3.DatabaseError:
        return None
    finally:
        connection.close()
        shutil.rmtree(into)
    return {row[:3]: row[3:] for row in rows} if whole == "ok" else None


def faults(told: Told, moment: float, kept: dict[Name, Payload] | None) -> list[str]:
    """What was acknowledged before a moment and is not there, and what is there that nobody sent."""
    if kept is None:
        return ["the database is damaged"]
    acknowledged = {name for name, acks in told.acks.items() if any(ack["noted_at"] < moment for ack in acks)}
    lost = [f"{name} was acknowledged and is lost" for name in acknowledged - kept.keys()]
    return lost + [f"{name} was never sent so" for name, sent in kept.items() if sent not in told.intents.get(name, ())]
