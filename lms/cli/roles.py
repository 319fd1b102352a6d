"""A job role as a matrix, from its file: each line, what of packs and skills shows it, and what nothing shows."""

import json
from collections.abc import Iterator, Sequence
from textwrap import wrap

import click

from curriculum.problems import did_you_mean, has_errors
from curriculum.roles import Covers, Mapped, RoleLine, RoleProfile, load_role, shipped_roles

_WIDTH = 96
_MARKS = {Covers.WHOLE: "whole", Covers.PART: "part", None: "none"}


@click.command("show")
@click.argument("code")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show_role(code: str, as_json: bool) -> None:
    """Print each line of the job role CODE with the criteria and levels that show it, whole or in part."""
    role = _role(code)
    click.echo(_as_json(role) if as_json else "\n".join(_lines(role)))


def _role(code: str) -> RoleProfile:
    known: list[str] = []
    for path in shipped_roles():
        role, _, problems = load_role(path)
        if role is None or has_errors(problems):
            raise click.ClickException("\n".join(str(problem) for problem in problems))
        if role.code == code.upper():
            return role
        known.append(role.code)
    raise click.UsageError(f"there is no job role {code}{did_you_mean(code, known)}")


def _lines(role: RoleProfile) -> Iterator[str]:
    yield f"{role.code}  {role.title}, version {role.version}"
    groups = [(area.title, area.duties) for area in role.areas]
    groups += [("Qualifications", role.qualifications), ("Competencies", role.competencies)]
    for title, lines in groups:
        if lines:
            yield from ("", title)
            for line in lines:
                yield from _line(line)
    yield from ("", _counted("duties", role.duties))
    yield _counted("qualifications and competencies", (*role.qualifications, *role.competencies))
    yield f"mapped to {len(role.criterion_refs())} criteria of {len(role.unit_codes())} units"


def _line(line: RoleLine) -> Iterator[str]:
    yield from _indented(f"  {line.id:7}{_MARKS[line.cover]:7}", line.text)
    for mapped in line.mapped:
        yield from _indented(f"{'':16}{mapped.covers:7}", f"{' + '.join(mapped.names)}: {mapped.note}")
    if line.declared:
        yield from _indented(f"{'':16}shown  ", f"{line.declared.shown} (checked: {line.declared.checked_by})")
    if line.gap:
        yield from _indented(f"{'':16}gap    ", line.gap)


def _indented(head: str, text: str) -> list[str]:
    return wrap(text, _WIDTH, initial_indent=head, subsequent_indent=" " * len(head), break_on_hyphens=False)


def _counted(name: str, lines: Sequence[RoleLine]) -> str:
    covers = [line.cover for line in lines]
    figures = ", ".join(f"{covers.count(cover)} {word}" for cover, word in _MARKS.items())
    return f"{len(lines)} {name}: {figures}"


def _as_json(role: RoleProfile) -> str:
    lines = [
        {
            "id": line.id,
            "kind": kind,
            "text": line.text,
            "cover": _MARKS[line.cover],
            "mapped": [_mapped(one) for one in line.mapped],
            "declared": line.declared.model_dump() if line.declared else None,
            "gap": line.gap,
        }
        for _path, kind, line in role.each()
    ]
    needs: dict[str, list[str]] = {}
    for line in role.lines():
        for name in (name for one in line.mapped for name in one.names):
            needs.setdefault(name, []).append(line.id)
    areas = [{"title": area.title, "duties": [line.id for line in area.duties]} for area in role.areas]
    found = {"role": role.code, "version": role.version, "areas": areas, "lines": lines, "shown_by": needs}
    return json.dumps(found, ensure_ascii=False, indent=2)


def _mapped(mapped: Mapped) -> dict[str, object]:
    return {"names": mapped.names, "covers": mapped.covers, "note": mapped.note}
