"""Every scene can be played on today's pages, so that the pictures can be made anew whenever they are wanted."""

from pathlib import Path

import pytest
from playwright.sync_api import Error

from lms.clock import now
from tests.journeys.site import served
from tests.lms.simulation.test_demo import made
from tests.pictures import camera
from tests.pictures.scenes import SCENES

# A demo, and a walk through it for each picture.
pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def test_every_scene_can_be_played_on_the_pages_of_a_demo(chromium, tmp_path: Path) -> None:
    app, _ = made(tmp_path, "a seed", now())
    broken = []
    with served(tmp_path, app.config["SETTINGS"].database_url) as site:
        for scene in SCENES:
            try:
                with camera.looking(chromium, site.url, scene):
                    pass
            except (AssertionError, Error) as fault:
                broken.append(f"{scene.name}: {fault}")
    assert "\n".join(broken) == ""
