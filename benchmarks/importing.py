"""Reading the text of a published pack, beside what it may take and the YAML library's fastest loader on its files."""

from collections.abc import Iterator
from statistics import median

import yaml

from benchmarks.harness import Row, compare, seconds_of, weigh
from curriculum.loading import PACKS, UNITS, file_stem, get_shipped_pack
from curriculum.published.reading import read_published
from tests.published import TEXTS

CODE = "ASC/Q1106"
MOST_MS = 200


def rows(rounds: int) -> Iterator[Row]:
    """The larger of the two republished texts, with every word accounted for."""
    stem = file_stem(CODE)
    text = (TEXTS / f"{stem}.txt").read_text(encoding="utf-8")
    files = [PACKS / f"{stem}.yaml", *(UNITS / f"{file_stem(unit.code)}.yaml" for unit in get_shipped_pack(CODE).units)]

    def ours() -> object:
        return read_published(text)

    def plain() -> object:
        return [yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader) for path in files]

    yield weigh(
        "a published text read",
        ours=1000 * median(seconds_of(ours) for _ in range(rounds)),
        baseline_name="the most it may take",
        baseline=MOST_MS,
        unit="ms",
        note="a place for every value, and a word on every line left out, are in it",
    )
    yield compare(
        "the same, beside its YAML",
        rounds=rounds,
        ours=ours,
        baseline_name="yaml.CSafeLoader",
        baseline=plain,
        note="the loader is given the structure that the reader has to find",
    )
