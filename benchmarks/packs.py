"""Checking many packs, each with units of its own, against a budget of milliseconds a pack."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.harness import Row, seconds_of, weigh
from curriculum.loading import PACKS, UNITS
from lms.cli.content_checks import check_content
from lms.cli.content_files import ContentFile, find_files, read_content
from lms.cli.content_kinds import Kind

COUNT = 500
BUDGET = 20


def rows(_rounds: int) -> Iterator[Row]:
    """`yogyata pack check` of 500 packs as large as a shipped one, none of which shares a unit with another."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        _write(folder, COUNT)
        taken = seconds_of(lambda: _check(folder)) * 1000 / COUNT
    yield weigh(
        f"check of {COUNT} packs",
        ours=taken,
        baseline_name=f"a budget of {BUDGET} ms a pack",
        baseline=BUDGET,
        unit="ms",
        note="from the files to every fault with its place; nothing is kept between packs",
    )


def _write(folder: Path, count: int) -> None:
    pack = (PACKS / "asc-q1106.yaml").read_text(encoding="utf-8")
    units = {path.stem: path.read_text(encoding="utf-8") for path in sorted(UNITS.glob("asc-n*.yaml"))}
    for kind in ("packs", "units"):
        (folder / kind).mkdir()
    for number in range(count):
        (folder / "packs" / f"x{number}-q1106.yaml").write_text(_coded(pack, number), encoding="utf-8")
        for stem, text in units.items():
            path = folder / "units" / f"{stem.replace('asc', f'x{number}', 1)}.yaml"
            # A word of each pack's own, so that nothing that was compared before can be known again.
            path.write_text(_coded(text, number).replace("customer", f"customer {number}"), encoding="utf-8")


def _coded(text: str, number: int) -> str:
    return text.replace("ASC/", f"X{number}/")


def _check(folder: Path) -> int:
    found = find_files([folder])
    files: list[ContentFile] = [file for path in found.paths if (file := read_content(path, named=False)) is not None]
    return len(check_content(files, (Kind.PACK, Kind.UNIT)))
