"""A candidate's device: its browser with a profile that outlives it, and what its exam page shows."""

import os
import signal
from pathlib import Path

from playwright.sync_api import Page, Playwright

from tests.journeys import steps
from tests.journeys.cable import Cable
from tests.journeys.site import ARGUMENTS, find_chromium

QUESTIONS, OPTIONS = 8, 4
LONGEST_WAIT = 90_000  # ms: a sender that was refused for long asks again after half a minute


def waits(page: Page, count: int) -> None:
    words = f"On this device: {count} waiting for the network"
    steps.says(page, words, timeout=LONGEST_WAIT)


def given(page: Page) -> dict[int, int]:
    """The place that is chosen, by question."""
    found = {number: steps.chosen(page, number) for number in range(1, QUESTIONS + 1)}
    assert all(len(places) <= 1 for places in found.values())
    return {number: places[0] for number, places in found.items() if places}


def opened(tool: Playwright, profile: Path, cable: Cable, program: Path | None = None) -> Page:
    """The browser of one device, with what it kept; `program` starts it."""
    context = tool.chromium.launch_persistent_context(
        profile,
        executable_path=program or find_chromium(whole=True),
        args=ARGUMENTS,
        base_url=cable.url,
        viewport={"width": 1280, "height": 900},
    )
    return context.pages[0]


def kill(profile: Path) -> None:
    """Kill all processes of that browser, at once and without a word."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
        except OSError:  # gone meanwhile
            continue
        if f"--user-data-dir={profile}".encode() in command and b"chromium" in command:
            os.kill(int(folder.name), signal.SIGKILL)
