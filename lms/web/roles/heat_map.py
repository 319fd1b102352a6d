"""The people of a batch over the lines of a job role, area by area: drawn like the heat map of the training room."""

from collections.abc import Mapping
from dataclasses import dataclass

from curriculum.roles import RoleLine
from lms.services.role_readiness import Nearest, Nearness
from lms.web.competence_map import GAP, STEP
from lms.web.roles.picture import groups_of, ready_legend
from lms.web.roles.words import ready_look
from lms.web.room.heat_map import HEAD, ROW, grid_of, paths_of, shown_size


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleColumn:
    """A line of the role over its column: where it stands, and how many have proved it."""

    line: RoleLine
    x: int
    proved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaHead:
    """An area over its columns; so narrow that its code stands for it, and its title is told."""

    code: str
    title: str
    x: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """A person's row: paths by look, and how many lines have each look."""

    one: Nearness
    paths: tuple[tuple[str, str], ...]
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleHeatMap:
    """The whole map; sizes are those at which it is shown: width, height."""

    width: int
    head_px: tuple[int, int]
    row_px: tuple[int, int]
    grid: str
    areas: tuple[AreaHead, ...]
    columns: tuple[RoleColumn, ...]
    rows: tuple[PersonRow, ...]
    legend: tuple[tuple[str, str], ...]


def role_heat_map(nearest: Nearest) -> RoleHeatMap:
    """Draw the people, the nearest first, over the lines of the role."""
    places: dict[str, int] = {}
    areas = []
    columns = []
    x = 1
    for code, title, lines in groups_of(nearest.role):
        areas.append(AreaHead(code=code, title=title, x=x))
        for line in lines:
            places[line.id] = x
            columns.append(RoleColumn(line=line, x=x, proved=nearest.proved_by(line.id)))
            x += STEP
        x += GAP
    width = x - GAP
    return RoleHeatMap(
        width=width,
        head_px=shown_size(width, HEAD),
        row_px=shown_size(width, ROW),
        grid=grid_of(places.values()),
        areas=tuple(areas),
        columns=tuple(columns),
        rows=tuple(_row(one, places) for one in nearest.people),
        legend=tuple(ready_legend()),
    )


def _row(one: Nearness, places: Mapping[str, int]) -> PersonRow:
    looks = {line.line.id: ready_look(line.state) for line in one.readiness.lines}
    paths, counts = paths_of(looks, places)
    return PersonRow(one=one, paths=paths, counts=counts)
