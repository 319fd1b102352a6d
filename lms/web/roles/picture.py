"""A job role drawn like the competence map: a row an area, a square a duty; filled with coverage or with one person."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from flask_babel import gettext as _

from assessments.role_readiness import Ready, RoleReadiness
from curriculum.roles import Covers, RoleLine, RoleProfile
from lms.web.competence_map import STEP, MapRow, MapView, Square
from lms.web.filters import say
from lms.web.roles.words import cover_look, cover_word, ready_look, ready_word


def coverage_map(role: RoleProfile) -> MapView:
    """How much of each line the packs and skills cover."""
    legend = [(cover_look(cover), cover_word(cover)) for cover in (Covers.WHOLE, Covers.PART, None)]
    looks = {line.id: cover_look(line.cover) for line in role.lines()}
    return _draw(role, looks, legend, {line.id: line.gap or "" for line in role.lines()})


def person_map(readiness: RoleReadiness) -> MapView:
    """Where one person stands with each line."""
    looks = {line.line.id: ready_look(line.state) for line in readiness.lines}
    return _draw(readiness.role, looks, ready_legend(), {line.line.id: say(line.words) for line in readiness.lines})


def ready_legend() -> list[tuple[str, str]]:
    """The looks of where people stand, with their words."""
    return [(ready_look(state), ready_word(state)) for state in Ready]


def groups_of(role: RoleProfile) -> Iterator[tuple[str, str, Sequence[RoleLine]]]:
    """The areas by their numbers, then qualifications and competencies: code, title, lines."""
    for number, area in enumerate(role.areas, start=1):
        yield str(number), area.title, area.duties
    if role.qualifications:
        yield "Q", _("Qualifications"), role.qualifications
    if role.competencies:
        yield "C", _("Competencies"), role.competencies


def _draw(
    role: RoleProfile,
    looks: Mapping[str, str],
    legend: Sequence[tuple[str, str]],
    details: Mapping[str, str],
) -> MapView:
    words = dict(legend)
    rows = []
    for code, title, lines in groups_of(role):
        squares = tuple(
            _square(line, place, looks[line.id], words[looks[line.id]], details[line.id])
            for place, line in enumerate(lines)
        )
        rows.append(MapRow(code=code, title=title, width=max(len(squares) * STEP, 20), squares=squares))
    counts = Counter(looks.values())
    return MapView(rows=tuple(rows), legend=tuple(legend), counts={look: counts[look] for look, _word in legend})


def _square(line: RoleLine, place: int, look: str, word: str, detail: str) -> Square:
    name = f"{line.id} · {line.text} · {word}" + (f" · {detail}" if detail else "")
    return Square(
        x=1 + place * STEP,
        anchor=line.id,
        code=line.id,
        text=line.text,
        state=look,
        word=word,
        detail=detail,
        name=name,
        address=f"#line-{line.id}",
    )
