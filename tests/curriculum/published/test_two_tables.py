"""Two ruled tables on a page whose upright lines nearly stand below one another: each keeps its own."""

import pytest

from curriculum.published.page_cells import Box, Run, in_rows


def table(left: float, middle: float, right: float, bottom: float, top: float) -> list[Box]:
    """The lines of a table of two columns and one row."""
    upright = [Box(left=at, right=at, bottom=bottom, top=top) for at in (left, middle, right)]
    return [*upright, *(Box(left=left, right=right, bottom=at, top=at) for at in (bottom, top))]


@pytest.mark.parametrize("beside", [0, 0.7, 2])
def test_the_lower_of_two_tables_keeps_its_lines_where_they_stand_a_hair_beside_those_of_the_upper(beside) -> None:
    rules = [*table(60, 170, 480, 700, 760), *table(60, 170 + beside, 480, 500, 600)]
    runs = [
        Run(left=64, right=166, bottom=550, top=560, text="Keep the area"),
        Run(left=64, right=100, bottom=538, top=548, text="clean"),
        Run(left=174 + beside, right=400, bottom=580, top=590, text="PC1. sweep the floor"),
        Run(left=174 + beside, right=400, bottom=568, top=578, text="PC2. wash the bowls"),
    ]
    told = [(run.text, run.column) for run in in_rows(runs, rules)]
    assert [column for text, column in told if text.startswith("PC")] == [round(170 + beside)] * 2
    assert [text for text, column in told if column == 60] == ["Keep the area clean"]
