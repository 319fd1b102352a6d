"""The pictures of the documents: all there, all used, small, with words for who cannot see them; and their command."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from lms.settings import ROOT
from tests.pictures.__main__ import CERTIFICATE, FOLDER, NAMES
from tests.pictures.scenes import SCENES
from tests.test_docs import DOCUMENTS, shown

MARKDOWN = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)\)")
HTML = re.compile(r"<img\b[^>]*>")
MOST_BYTES, MOST_TOGETHER = 150_000, 1_500_000


def pictures_in(path: Path) -> Iterator[tuple[str, Path]]:
    """The words and the file of each picture that a document shows."""
    text = path.read_text()
    for words, place in MARKDOWN.findall(text):
        yield words, (path.parent / place).resolve()
    for tag in HTML.findall(text):
        told = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        yield told.get("alt", ""), (path.parent / told["src"]).resolve()


@pytest.mark.parametrize("path", DOCUMENTS, ids=shown)
def test_every_picture_that_a_document_shows_is_there_and_told_in_words(path: Path) -> None:
    lost = [str(file) for words, file in pictures_in(path) if not file.is_file() or len(words) < 10]
    assert lost == []


def test_the_front_page_shows_pictures() -> None:
    assert len(list(pictures_in(ROOT / "README.md"))) >= 5


def test_every_picture_is_one_of_the_command_and_is_shown_somewhere() -> None:
    there = set(FOLDER.iterdir())
    assert {path.name for path in there} == {f"{name}.webp" for name in NAMES}
    shown = {file for path in DOCUMENTS for _, file in pictures_in(path)}
    assert there == {file for file in shown if file.suffix == ".webp"}


def test_pictures_are_small_and_of_the_size_of_their_screen() -> None:
    sizes = {path.name: path.stat().st_size for path in FOLDER.iterdir()}
    assert {name: size for name, size in sizes.items() if size > MOST_BYTES} == {}
    assert sum(sizes.values()) <= MOST_TOGETHER
    for scene in SCENES:
        with Image.open(FOLDER / f"{scene.name}.webp") as image:
            assert image.size == (
                scene.screen.width * scene.screen.sharpness,
                scene.screen.height * scene.screen.sharpness,
            ), scene.name


def test_there_are_phones_a_tablet_a_desk_and_both_looks() -> None:
    assert {scene.screen.width for scene in SCENES} == {360, 768, 1280}
    assert {scene.screen.scheme for scene in SCENES} == {"light", "dark"}
    assert CERTIFICATE not in {scene.name for scene in SCENES}


def command(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.pictures", *words],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_without_chromium_one_line_says_what_to_install(tmp_path: Path) -> None:
    ended = command(PATH=str(tmp_path))
    assert ended.returncode == 1
    assert ended.stderr == (
        "Error: Pictures are taken in Chromium, and here is none: sudo apt-get install -y chromium\n"
    )


def test_a_picture_that_is_none_is_named_with_those_there_are() -> None:
    ended = command("hero")
    assert ended.returncode == 1
    assert "There is no picture hero. There are: sign-in, " in ended.stderr
