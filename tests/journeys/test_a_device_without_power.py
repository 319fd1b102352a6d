"""The power of a candidate's device is cut: what the page showed as kept on the device is there afterwards."""

import re
import shutil
import time
from pathlib import Path
from random import Random

import pytest
from playwright.sync_api import Playwright, expect

from tests.journeys import steps
from tests.journeys.cable import Cable, cable_to
from tests.journeys.devices import OPTIONS, QUESTIONS, given, kill, opened, waits
from tests.journeys.site import find_chromium
from tests.oracle.power import Disk, strace, traced
from tests.soak.forms import SEED, bound, forms

pytestmark = pytest.mark.browser
ANSWERS = 12
KEPT = Path("Default") / "IndexedDB"
SETTLED = 2_000  # ms after which the page has written all that it writes by itself


@forms(1, 50)
def test_what_a_page_showed_as_kept_is_there_after_the_power_was_cut(
    times: int, live, today, tool: Playwright, tmp_path: Path, record_property
) -> None:
    if strace() is None:
        pytest.skip("strace is not installed")
    chance, profile, before = Random(SEED), tmp_path / "profile", tmp_path / "before"
    with cable_to(live.url) as cable:
        page = opened(tool, profile, cable, _tracing(tmp_path))
        steps.sign_in(page, "trainee")
        steps.begin_exam(page)
        address = page.url.partition("#")[0]
        cable.cut()
        page.wait_for_timeout(SETTLED)
        shutil.copytree(profile / KEPT, before)
        since, shown, chosen = time.time(), [], [{}]
        for count in range(1, ANSWERS + 1):
            number = chance.randint(1, QUESTIONS)
            place = chance.choice([one for one in range(1, OPTIONS + 1) if one != chosen[-1].get(number)])
            steps.choose(page, number, place)
            waits(page, count)
            shown.append(time.time())
            chosen.append(chosen[-1] | {number: place})
        kill(profile)
        disk = Disk(before, profile / KEPT, tmp_path / "trace", since=since)
        device = tmp_path / "device"
        for _ in range(times):
            moment = chance.uniform(shown[0], shown[-1])
            _cut_power(disk, moment, device, chance)
            count, there = _found(tool, device, cable, address)
            assert count >= sum(at <= moment for at in shown)
            assert there == chosen[count]
        _cut_power(disk, shown[-1], device, chance, heeds_syncs=False)
        assert _found(tool, device, cable, address)[0] < ANSWERS  # a device that loses what was synced is caught
    record_property("seen", f"{ANSWERS} answers shown as kept; {bound(times)}")


def _tracing(folder: Path) -> Path:
    """A program that is Chromium with all it does to files written down."""
    program = folder / "chromium"
    program.write_text(
        "#!/bin/sh\nexec " + " ".join(traced([str(find_chromium(whole=True))], folder / "trace")) + ' "$@"\n'
    )
    program.chmod(0o755)
    return program


def _cut_power(disk: Disk, moment: float, device: Path, chance: Random, *, heeds_syncs: bool = True) -> None:
    """A device as it was when its power was cut; what else the browser keeps is there as it was in the end."""
    shutil.rmtree(device, ignore_errors=True)
    shutil.copytree(
        disk.folder.parent.parent,
        device,
        ignore=lambda _, names: [name for name in names if name == KEPT.name or name.startswith("Singleton")],
    )
    disk.at(moment, device / KEPT, chance, heeds_syncs=heeds_syncs)


def _found(tool: Playwright, device: Path, cable: Cable, address: str) -> tuple[int, dict[int, int]]:
    """How many answers the page shows as kept when it is opened again, and which are chosen."""
    page = opened(tool, device, cable)
    page.goto(address)
    expect(page.locator("body")).to_have_class("exam scripted")
    words = page.locator("[data-saved-words]")
    page.wait_for_timeout(SETTLED)
    found = re.search(r"On this device: (\d+) waiting", words.inner_text())
    there = given(page)
    page.context.close()
    return int(found[1]) if found else 0, there
