"""`yogyata pack diff`: what a new version of a pack changes, and what of items, tasks and lessons to look at again."""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from assessments.comparison import MarksChange, RuleChange, marks_changes, rule_changes
from assessments.marks import to_text, truncated
from assessments.model import Component
from assessments.revisions import Fate, FateReview, LineReview, Revision, Written, revision_of
from curriculum.differences import COMPULSORY, FactChange, PackChanges, UnitChange, changes_between
from curriculum.line_matching import LineChange
from curriculum.problems import printable
from curriculum.wording import Change
from lms.cli.pack_sides import Side, read_side, written_for

_SCHEME = click.Path(path_type=Path, exists=True, dir_okay=False)
_MARKS = {Change.SAME: "{}", Change.REMOVED: "[-{}-]", Change.ADDED: "{{+{}+}}"}


@click.command()
@click.argument("old")
@click.argument("new")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--old-scheme", type=_SCHEME, help="The scheme of OLD, where none stands beside it.")
@click.option("--new-scheme", type=_SCHEME, help="The scheme of NEW, where none stands beside it.")
@click.option("--exit-code", is_flag=True, help="End with 1 where the packs differ.")
def diff(old: str, new: str, as_json: bool, old_scheme: Path | None, new_scheme: Path | None, exit_code: bool) -> None:
    """Compare OLD with NEW, unit by unit and line by line: files, folders, ZIPs, or codes of packs shipped.

    Tells what is added, removed, reworded word by word, or moved, the marks that change where both have a scheme, and
    which items, tasks and lessons were written about the lines that changed.
    """
    before, after = read_side(old, old_scheme), read_side(new, new_scheme)
    changes = changes_between(before.pack, after.pack)
    written = written_for([unit.code for unit in before.pack.units], [before, after])
    revision = revision_of(changes, written.faces, written.tasks, written.lessons)
    marks, rules = _of_schemes(before, after, changes)
    if as_json:
        click.echo(_as_json(before, after, changes, revision, marks, rules))
    else:
        click.echo(printable_lines(_lines(before, after, changes, revision, marks, rules)))
    sys.exit(1 if exit_code and (changes.any or marks or rules) else 0)


def _of_schemes(before: Side, after: Side, changes: PackChanges) -> tuple[Sequence[MarksChange], Sequence[RuleChange]]:
    if before.scheme is None or after.scheme is None:
        return (), ()
    marks = marks_changes(before.scheme, after.scheme, changes.renamed)
    return marks, rule_changes(before.scheme, after.scheme)


def printable_lines(lines: Iterator[str]) -> str:
    """The lines, harmless to any screen."""
    return "\n".join(printable(line) for line in lines)


def _lines(
    before: Side,
    after: Side,
    changes: PackChanges,
    revision: Revision,
    marks: Sequence[MarksChange],
    rules: Sequence[RuleChange],
) -> Iterator[str]:
    yield f"{before.pack.code} {before.pack.version} → {after.pack.code} {after.pack.version}: {after.pack.title}"
    if not (changes.any or marks or rules):
        yield "nothing is different"
        return
    yield from _titled("Pack", [line for fact in changes.facts for line in _fact(fact)])
    yield from _titled("Electives", [line for fact in changes.choices for line in _fact(fact)])
    yield from _titled("Units", [line for unit in changes.units for line in _unit(unit)])
    yield from _titled("Lines", [line for change in changes.lines for line in _line(change)])
    yield from _titled("Marks", [_marks(change) for change in marks])
    yield from _titled("Rules", [f"{rule.name}: {rule.before or '–'} → {rule.after or '–'}" for rule in rules])
    yield from _titled("What this means", list(_meaning(revision)))


def _titled(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield title
        yield from (f"  {line}" for line in lines)


def _fact(fact: FactChange) -> Iterator[str]:
    yield f"{fact.name}"
    yield from (f"  - {line}" for line in fact.before.splitlines())
    yield from (f"  + {line}" for line in fact.after.splitlines())


def _unit(unit: UnitChange) -> Iterator[str]:
    if unit.before is None or unit.after is None:
        sign, one = ("-", unit.before) if unit.before is not None else ("+", unit.after)
        place = unit.before_place or unit.after_place
        if one is not None:
            yield f"{sign} {one.code} {one.version} {one.title}{'' if place == COMPULSORY else f' ({place})'}"
        return
    code = f"{unit.before.code} → {unit.code}" if unit.is_recoded else unit.code
    version = f"{unit.before.version} → {unit.after.version}" if unit.has_other_version else unit.after.version
    yield f"~ {code} {version} {unit.title}"
    if unit.needs_a_version:
        yield f"    other content at the same version {unit.after.version}; raise it before publishing"
    if unit.is_moved:
        yield f"    was {unit.before_place}, is {unit.after_place}"
    yield from (f"    {line}" for fact in unit.facts for line in _fact(fact))
    yield from (f"    heading “{before}” → “{after}”" for before, after in unit.headings)


def _line(change: LineChange) -> Iterator[str]:
    if change.before is None or change.after is None:
        yield f"{'+' if change.before is None else '-'} {change.ref}  {change.text}"
        return
    moved = change.before.ref != change.after.ref
    place = f"{change.before.ref} → {change.after.id}" if moved else change.ref
    if change.is_reworded:
        words = "".join(_MARKS[kind].format(text) for kind, text in change.words())
        yield f"~ {place}  {words}"
    else:
        where = "" if moved else f", under “{change.after.heading}”"
        yield f"> {place}  {change.text}{where}"


def _marks(change: MarksChange) -> str:
    names = dict.fromkeys([*change.before, *change.after])
    parts = [f"{name} {_mark(change.before, name)} → {_mark(change.after, name)}" for name in names]
    return f"{change.ref}  {', '.join(parts)}"


def _mark(marks: Mapping[Component, Fraction], name: Component) -> str:
    return truncated(marks[name]) if name in marks else "–"


def _meaning(revision: Revision) -> Iterator[str]:
    for review in revision.fates:
        asks = "none is written yet" if review.fate is Fate.ADDED else counts_of(review.written)
        yield f"{kinds_of(review.lines)} {review.fate}: {asks}"
        yield from _named(review.written)
    for unit in revision.units:
        what = f"is {unit.after} now" if unit.after else "is gone"
        yield f"{unit.before} {what}: {counts_of(unit.written)}"
        yield from _named(unit.written)


def _named(written: Written) -> Iterator[str]:
    for name in ("items", "tasks", "lessons"):
        if ids := getattr(written, name):
            yield f"  {name}: {', '.join(ids)}"


def kinds_of(lines: Sequence[LineReview]) -> str:
    """`3 PCs, 1 KU`."""
    counts = Counter("".join(sign for sign in line.change.ref.partition("#")[2] if sign.isalpha()) for line in lines)
    return ", ".join(f"{count} {kind}{'' if count == 1 else 's'}" for kind, count in counts.items())


def counts_of(written: Written) -> str:
    """`11 items to review, 2 tasks, 1 lesson`."""
    words = {
        "items": ("item to review", "items to review"),
        "tasks": ("task", "tasks"),
        "lessons": ("lesson", "lessons"),
    }
    parts = [f"{len(ids)} {words[name][len(ids) != 1]}" for name in words if (ids := getattr(written, name))]
    return ", ".join(parts) or "nothing to review"


def _as_json(
    before: Side,
    after: Side,
    changes: PackChanges,
    revision: Revision,
    marks: Sequence[MarksChange],
    rules: Sequence[RuleChange],
) -> str:
    told: dict[str, Any] = {
        "old": {"code": before.pack.code, "version": before.pack.version},
        "new": {"code": after.pack.code, "version": after.pack.version},
        "facts": [_fact_json(fact) for fact in changes.facts],
        "electives": [_fact_json(fact) for fact in changes.choices],
        "units": [_unit_json(unit) for unit in changes.units],
        "lines": [_line_json(line) for review in revision.fates for line in review.lines],
        "marks": [_marks_json(one) for one in marks],
        "rules": [{"name": str(one.name), "before": one.before, "after": one.after} for one in rules],
        "review": [_review_json(review) for review in revision.fates],
        "units_to_review": [
            {"before": one.before, "after": one.after, **_written_json(one.written)} for one in revision.units
        ],
    }
    return json.dumps(told, ensure_ascii=False, indent=2)


def _marks_json(change: MarksChange) -> dict[str, Any]:
    before, after = ({name: to_text(mark) for name, mark in side.items()} for side in (change.before, change.after))
    return {"ref": change.ref, "before": before, "after": after}


def _fact_json(fact: FactChange) -> dict[str, str]:
    return {"name": fact.name, "before": fact.before, "after": fact.after}


def _unit_json(unit: UnitChange) -> dict[str, Any]:
    sides = (("before", unit.before, unit.before_place), ("after", unit.after, unit.after_place))
    return {
        **{
            name: one and {"code": one.code, "version": one.version, "title": one.title, "place": place}
            for name, one, place in sides
        },
        "needs_a_version": unit.needs_a_version,
        "facts": [_fact_json(fact) for fact in unit.facts],
        "headings": [list(pair) for pair in unit.headings],
    }


def _line_json(review: LineReview) -> dict[str, Any]:
    change = review.change
    sides = {"before": change.before, "after": change.after}
    words = [list(run) for run in change.words()] if review.fate is Fate.REWORDED else []
    return {
        "fate": review.fate,
        "moved": change.is_moved,
        **{name: None if line is None else {"ref": line.ref, "text": line.text} for name, line in sides.items()},
        "words": words,
        **_written_json(review.written),
    }


def _review_json(review: FateReview) -> dict[str, Any]:
    return {"fate": review.fate, "lines": len(review.lines), **_written_json(review.written)}


def _written_json(written: Written) -> dict[str, list[str]]:
    return {"items": list(written.items), "tasks": list(written.tasks), "lessons": list(written.lessons)}
