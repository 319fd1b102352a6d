"""The list of an exam room as a page shows it: what was asked for in its address, and whom a form has chosen."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import request

from lms.services.errors import Absent
from lms.services.exam_room import is_open
from lms.services.seats import Seat, SeatState, list_seats
from lms.tables.assessing import AssessmentRow
from lms.web.intake import whole_number
from lms.web.invigilation.lines import SHOWS, SORTS, Line, counts_of, line_of

ROOM = "room:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wished:
    """What the address asks for."""

    show: str
    room: str
    sort: str
    text: str

    def holds(self, line: Line, now: datetime) -> bool:
        """Whether the list shows a line."""
        seat = line.seat
        if self.show == "trouble" and not line.troubles:
            return False
        if self.room and seat.room != self.room:
            return False
        said = f"{seat.name} {seat.number}".casefold()
        return seat.state(now) in SHOWS[self.show][1] and self.text.casefold() in said


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomPage:
    """All lines of a room in their order, which of them are shown, and what stands above them."""

    assessment: AssessmentRow
    is_open: bool
    now: datetime
    wished: Wished
    lines: Sequence[Line]
    shown: Collection[int]
    counts: Mapping[SeatState, int]
    rooms: Sequence[str]

    @property
    def troubled(self) -> Sequence[Line]:
        """Who needs the invigilator, by how pressing it is."""
        found = [line for line in self.lines if line.troubles]
        return sorted(found, key=lambda line: line.seat.urgency(self.now))


def read_wishes() -> Wished:
    """What the address asks for; what it does not know is as if it were not there."""
    show, sort = request.args.get("show", ""), request.args.get("sort", "")
    return Wished(
        show=show if show in SHOWS else "all",
        room=request.args.get("room", ""),
        sort=sort if sort in SORTS else "number",
        text=request.args.get("text", "").strip(),
    )


def page_of(assessment: AssessmentRow, wished: Wished, now: datetime) -> RoomPage:
    """The page of a room that was loaded through the person."""
    seats = list_seats(assessment, now)
    ordered = sorted(seats, key=lambda seat: SORTS[wished.sort](seat, now))
    lines = [line_of(seat, now) for seat in ordered]
    return RoomPage(
        assessment=assessment,
        is_open=is_open(assessment),
        now=now,
        wished=wished,
        lines=lines,
        shown={line.seat.candidate_id for line in lines if wished.holds(line, now)},
        counts=counts_of(seats, now),
        rooms=sorted({seat.room for seat in seats if seat.room}),
    )


def chosen_of(seats: Sequence[Seat]) -> Sequence[Seat]:
    """The seats that a form is for: the ticked ones, those of a room, or all. Raises Absent for ids of others."""
    whom = request.values.get("whom", "")
    if whom == "all":
        return seats
    if whom.startswith(ROOM):
        return [seat for seat in seats if seat.room == whom.removeprefix(ROOM)]
    ticked = set(request.values.getlist("c", type=whole_number))
    if not ticked <= {seat.candidate_id for seat in seats}:
        raise Absent
    return [seat for seat in seats if seat.candidate_id in ticked]
