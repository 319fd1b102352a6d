"""Seating: who sits in which room and reads large print, said one by one or for everybody at once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.extensions import db
from lms.services import paper_prints, seating
from lms.services.errors import Absent, Conflict, Faulty, NotAllowed
from lms.services.seating import read_rooms
from lms.tables.assessing import AssessmentState
from tests import rooms, world
from tests.conftest import BOTH

NOW = world.DAY
NAMES = st.text("abcdefgh ijkäझ-", min_size=1, max_size=30).map(lambda text: " ".join(text.strip(" -").split()))


@pytest.fixture
def row(app):
    return rooms.a_room()


def seats(row) -> list[tuple[str, bool]]:
    return [(one.room, one.large_print) for one in row.candidates]


@BOTH
def test_rooms_and_large_print_are_kept_with_the_candidate(row, actor) -> None:
    first, second, *_ = row.candidates
    typed = {first.id: "  Hall   A ", second.id: "Lab 2"}
    assert seating.save_seating(actor("centre"), row.id, typed, {second.id}, now=NOW) == 2
    assert seats(row)[:3] == [("Hall A", False), ("Lab 2", True), ("", False)]
    found = seating.get_seating(actor("agency"), row.id)
    assert (found.rooms, found.without) == ({"Hall A": 1, "Lab 2": 1}, len(row.candidates) - 2)
    assert seating.save_seating(actor("centre"), row.id, typed, {second.id}, now=NOW) == 0


def test_who_is_not_named_keeps_room_and_print(row, actor) -> None:
    first, second, *_ = row.candidates
    seating.save_seating(actor("centre"), row.id, {first.id: "Hall A"}, {first.id}, now=NOW)
    assert seating.save_seating(actor("assessor"), row.id, {second.id: "Lab 2"}, (), now=NOW) == 1
    assert seats(row)[:2] == [("Hall A", True), ("Lab 2", False)]


def test_everybody_is_seated_in_the_order_of_their_numbers(row, actor) -> None:
    count = len(row.candidates)
    assert seating.fill_rooms(actor("agency"), row.id, f"Hall A 2\n\n  Lab 2,   {count}\n", now=NOW) == count
    assert [room for room, _large in seats(row)] == ["Hall A"] * 2 + ["Lab 2"] * (count - 2)


def test_too_few_seats_seat_nobody(row, actor) -> None:
    with pytest.raises(Faulty, match="The rooms have 1 seats for"):
        seating.fill_rooms(actor("centre"), row.id, "Hall A 1", now=NOW)
    assert {room for room, _large in seats(row)} == {""}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (" \n ", "Write a room and its seats on each line, such as: Hall A 40"),
        ("Hall A 40\nLab 2 many", "Line 2: write the room and its seats"),
        ("40", "Line 1: write the room and its seats"),
        ("Hall A 0", "A room has 1 to 1000 seats"),
        ("Hall A 1001", "A room has 1 to 1000 seats"),
        ("Hall A 99999999", "A room has 1 to 1000 seats"),
        ("Hall A ४", "Line 1: write the room and its seats"),
        ("Hall A 4\nhall a: 5", "Line 2: “hall a” stands twice"),
        (f"{'x' * 41} 4", "is too long"),
    ],
)
def test_what_is_no_room_with_seats_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(Faulty) as refused:
        read_rooms(text)
    assert words in str(refused.value.words)


ROOMS = st.tuples(NAMES.filter(bool), st.integers(1, 1000))


@given(st.lists(ROOMS, min_size=1, unique_by=lambda one: one[0].casefold()))
def test_rooms_are_read_as_they_are_written(written: list[tuple[str, int]]) -> None:
    read = read_rooms("\n".join(f"{name} {number}" for name, number in written))
    assert [(room.name, room.seats) for room in read] == written


def test_a_name_that_is_too_long_changes_nothing(row, actor) -> None:
    first, second, *_ = row.candidates
    with pytest.raises(Faulty, match="is too long"):
        seating.save_seating(actor("centre"), row.id, {first.id: "Hall A", second.id: "x" * 41}, (), now=NOW)
    assert {room for room, _large in seats(row)} == {""}


def test_candidates_of_others_are_left_alone_and_others_refused(row, actor) -> None:
    assert seating.save_seating(actor("centre"), row.id, {10**6: "Hall A"}, {10**6}, now=NOW) == 0
    with pytest.raises(NotAllowed):
        seating.get_seating(actor("council"), row.id)
    with pytest.raises(Absent):
        seating.get_seating(actor("centre2"), row.id)


def test_after_the_mark_sheet_is_submitted_the_seating_stays(row, actor) -> None:
    row.state = AssessmentState.SUBMITTED
    db.session.commit()
    assert not seating.get_seating(actor("centre"), row.id).can_change
    with pytest.raises(Conflict):
        seating.fill_rooms(actor("centre"), row.id, "Hall A 40", now=NOW)


def test_booklets_are_printed_large_for_those_who_read_it(row, actor) -> None:
    first, second, *_ = row.candidates
    seating.save_seating(actor("centre"), row.id, {second.id: ""}, {second.id}, now=NOW)
    job = paper_prints.request_prints(actor("agency"), row.id, "en", now=NOW)
    assert job is not None
    assert [item.key for item in job.items][:2] == [f"booklet-{first.id}", f"large-{second.id}"]
