"""What pages ask of the database: every page as every role, and no more of it as there is more of everything."""

import os
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path

import pytest

from benchmarks.crowded import SMALL, crowded
from benchmarks.statements import WHO, Counts, counts_of

# Whichever test comes first builds both worlds.
pytestmark = pytest.mark.timeout(600)

# Three times as many of everything: what asks once more for each of a thing asks more here.
LARGE = 3 * SMALL
GOLDEN = Path(__file__).parents[2] / "goldens" / "queries.txt"
# Pages may be named here, with the reason, whose statements grow with what they show.
MAY_GROW: Mapping[str, str] = {}


@pytest.fixture(scope="module")
def counts(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[int, Counts]:
    """The statements of every page on the small world and on the large one."""
    found = {}
    for size in (SMALL, LARGE):
        with crowded(sqlite_template, tmp_path_factory.mktemp(f"crowd-{size}"), size) as (app, crowd):
            found[size] = counts_of(app, crowd)
    return found


def table_of(counts: Counts) -> str:
    """A line a page and a column a role; a dot where a role does not open it."""
    lines = [f"{'':66} " + " ".join(f"{login:>9}" for login in WHO)]
    for page, _ in groupby(sorted(page for page, _ in counts)):
        lines.append(f"{page:66} " + " ".join(f"{counts.get((page, login), '.'):>9}" for login in WHO))
    return "\n".join(lines) + "\n"


def test_no_page_asks_more_of_the_database_when_there_is_more_of_everything(counts: Mapping[int, Counts]) -> None:
    small, large = counts[SMALL], counts[LARGE]
    assert small.keys() == large.keys()
    grown = {key: (small[key], large[key]) for key in small if small[key] != large[key] and key[0] not in MAY_GROW}
    assert grown == {}


def test_what_every_page_asks_of_the_database_is_as_agreed(counts: Mapping[int, Counts]) -> None:
    table = table_of(counts[LARGE])
    if os.environ.get("YOGYATA_RENEW_GOLDENS"):
        GOLDEN.write_text(table)
    assert table == GOLDEN.read_text(), "renew with YOGYATA_RENEW_GOLDENS=1 and read the difference"
