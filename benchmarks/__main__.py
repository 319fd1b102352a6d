"""`./run bench`: runs the areas asked for, or all that compare, and prints one table."""

import warnings
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click
from rich.console import Console

from benchmarks import harness, printing

# Each is a module here with `rows(rounds)`, which yields harness.Row; its first line says what it compares.
AREAS = (
    "papers",
    "decisions",
    "rulings",
    "content",
    "packs",
    "importing",
    "certificates",
    "mastery",
    "heatmap",
    "invigilation",
    "pages",
    "lessons",
    "exam_cpu",
    "served",
    "exam",
    "weights",
)
# Long lists, printed when they are asked for.
ON_REQUEST = ("queries", "servers")


@click.command()
@click.argument("names", nargs=-1, type=click.Choice((*AREAS, *ON_REQUEST)), metavar="[AREA]...")
@click.option("--json", "file", type=click.Path(path_type=Path, dir_okay=False), help="Write the rows here, too.")
@click.option("--rounds", type=click.IntRange(min=1), default=7, show_default=True)
@click.option("--list", "listing", is_flag=True, help="Name the areas and what they compare.")
def main(names: tuple[str, ...], file: Path | None, rounds: int, listing: bool) -> None:
    """Measure ours beside a baseline, by turns in the same run."""
    if listing:
        for name in (*AREAS, *ON_REQUEST):
            click.echo(f"{name:14} {(import_module(f'benchmarks.{name}').__doc__ or '').splitlines()[0]}")
        return
    warnings.simplefilter("ignore")
    told = Console(stderr=True)
    areas = {name: list(_told(name, rounds, told)) for name in names or AREAS}
    printing.show(areas, Console())
    if file is not None:
        file.write_text(printing.as_json(areas), encoding="utf-8")


def _told(area: str, rounds: int, console: Console) -> Iterator[harness.Row]:
    """The rows of an area; each is named when it is done, since a run takes minutes."""
    for row in import_module(f"benchmarks.{area}").rows(rounds):
        console.print(f"{area}: {row.name}: {printing.figure(row.ratio)}", highlight=False, markup=False)
        yield row


if __name__ == "__main__":
    main(prog_name="./run bench")
