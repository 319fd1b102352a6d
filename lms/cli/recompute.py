"""Recomputing an assessment from its bundle: on the file alone, without a database or the web."""

import sys
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from assessments.bundles import Bundle, read_bundle
from assessments.errors import BundleFaulty
from assessments.marks import truncated
from assessments.recompute import Recomputed, bundle_differences, recompute


@click.command("recompute")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def command(file: Path) -> None:
    """Compute every result in a bundle FILE again, and name each difference; exit 1 when there is one."""
    try:
        bundle = read_bundle(file)
    except BundleFaulty as fault:
        for message in fault.messages:
            click.echo(str(message), err=True)
        sys.exit(1)
    lines = list(recompute(bundle))
    Console(width=None if sys.stdout.isatty() else 120, markup=False).print(_table(bundle, lines))
    differences = [str(words) for words in bundle_differences(bundle)]
    differences += [f"{line.candidate}: {words}" for line in lines for words in line.differences]
    for words in differences:
        click.echo(words)
    click.echo(f"The hash of this bundle's index is {bundle.sha256}.")
    if differences:
        click.echo(f"{len(differences)} difference{'' if len(differences) == 1 else 's'}.")
        sys.exit(1)
    click.echo(f"All {len(lines)} results come out identical, with the same hashes.")


def _table(bundle: Bundle, lines: list[Recomputed]) -> Table:
    table = Table(title=f"Assessment {bundle.assessment}, scheme {bundle.scheme.code} {bundle.scheme.version}")
    for name in ("Candidate", "Outcome", "Marks %", "Weighted %", "Hash of scheme and scores", ""):
        table.add_column(name)
    for line in lines:
        result = line.found or line.stored
        percents = ("", "")
        if result is not None:
            weighted = result.weighted_percent
            percents = (truncated(result.raw_percent), "" if weighted is None else truncated(weighted))
        table.add_row(
            line.candidate,
            result.outcome.value if result else "none",
            *percents,
            result.inputs_hash[:16] if result else "",
            "differs" if line.differences else "identical",
        )
    return table
