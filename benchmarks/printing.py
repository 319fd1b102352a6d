"""Rows as a table on a terminal, as plain lines for a file or a pipe, and as JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from rich.console import Console
from rich.table import Table

from benchmarks.harness import Row

COLUMNS = ("what", "unit", "ours", "baseline", "× better", "worst-best round", "aim", "against")


def figure(value: float) -> str:
    """A figure with three digits that count."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def cells(row: Row) -> tuple[str, ...]:
    """A row as the texts of its columns."""
    against = f"{row.baseline_name}; {row.note}" if row.note else row.baseline_name
    aim = "" if row.aim is None else f"{figure(row.aim)} {'met' if row.reaches_its_aim else 'MISSED'}"
    spread = f"{figure(row.low)}-{figure(row.high)}"
    return (row.name, row.unit, figure(row.ours), figure(row.baseline), figure(row.ratio), spread, aim, against)


def show(areas: Mapping[str, Sequence[Row]], console: Console) -> None:
    """Print all rows under the names of their areas."""
    if not console.is_terminal:
        _show_plain(areas, console)
        return
    table = Table(*COLUMNS, header_style="bold")
    for area, rows in areas.items():
        table.add_section()
        table.add_row(f"[bold]{area}[/bold]")
        for row in rows:
            table.add_row(*cells(row))
    console.print(table)


def _show_plain(areas: Mapping[str, Sequence[Row]], console: Console) -> None:
    """Figures in columns, and under each row what it was held against."""
    lines = [COLUMNS[:-1], *(cells(row)[:-1] for rows in areas.values() for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(COLUMNS) - 1)]

    def put(texts: Sequence[str]) -> None:
        sides = [str.ljust, str.ljust, *[str.rjust] * (len(widths) - 3), str.ljust]
        shown = [side(text, width) for side, text, width in zip(sides, texts, widths, strict=True)]
        _say(console, "  ".join(shown).rstrip())

    put(COLUMNS[:-1])
    for area, rows in areas.items():
        _say(console, f"-- {area}")
        for row in rows:
            put(cells(row)[:-1])
            _say(console, f"   against {cells(row)[-1]}")


def _say(console: Console, text: str) -> None:
    console.print(text, soft_wrap=True, highlight=False, markup=False)


def as_json(areas: Mapping[str, Sequence[Row]]) -> str:
    """All rows with their areas, as a list of objects."""
    listed = [{"area": area, **asdict(row)} for area, rows in areas.items() for row in rows]
    return json.dumps(listed, indent=1, ensure_ascii=False) + "\n"
