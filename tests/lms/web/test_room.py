"""Pages of registers, of the room, of coursework and feedback, as forms send them and as people read them."""

import csv
import io
import re
import zipfile
from datetime import UTC, date, datetime

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from lms.extensions import db
from lms.services import coursework
from lms.services.registers import RegisterDay
from lms.tables.coursework import CourseworkRow, CourseworkScoreRow, FeedbackRow
from lms.tables.registers import RegisterRow
from lms.tables.training import BatchRow
from lms.web.learning.mastery_map import LEGEND
from lms.web.registers.calendar import weeks_of
from lms.web.room.heat_map import _runs

NOW = datetime(2026, 9, 1, 6, 0, tzinfo=UTC)
HOSTILE = '<script>alert(1)</script> & "me" {{ 7 * 7 }}'


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


def the_batch() -> BatchRow:
    return db.session.scalars(select(BatchRow).filter_by(code="B-TC-1")).one()


def learners() -> list[int]:
    return [row.id for row in coursework.list_learners(the_batch())]


def key_on(page: str) -> str:
    found = re.search(r'name="key"[^>]*value="([^"]+)"', page)
    assert found, page
    return found[1]


def posted(browser, address: str, data: dict[str, object] | None = None) -> str:
    """The page that an act leads to."""
    answer = browser.post(address, data=data or {})
    assert answer.status_code == 302, answer.text
    return browser.get(answer.headers["Location"]).text


def marks(**words: str) -> dict[str, str]:
    """The form of a register: everybody present but those named by their place."""
    return {f"mark-{who}": words.get(f"p{place}", "present") for place, who in enumerate(learners())}


# Registers


def test_a_register_is_saved_by_one_button_and_the_calendar_shows_it(app, signed_in) -> None:
    trainer, address = signed_in("trainer"), f"/batches/{the_batch().id}/register/2026-09-01"
    page = trainer.get(address).text
    assert page.count('value="present" checked') == 4
    assert "Not then" not in page
    page = posted(trainer, address, {"seen": "0", **marks(p1="absent")})
    assert "The register is saved." in page
    assert "3/4" in page
    assert "1 of 1 days by registers" in page
    assert db.session.query(RegisterRow).count() == 1


def test_a_correction_without_a_reason_keeps_what_was_tapped(app, signed_in) -> None:
    trainer, address = signed_in("trainer"), f"/batches/{the_batch().id}/register/2026-08-31"
    trainer.post(address, data={"seen": "0", **marks()})
    answer = trainer.post(address, data={"seen": "1", "why": "", **marks(p2="absent")})
    assert answer.status_code == 422
    assert "Say why the register is corrected" in answer.text
    assert f'name="mark-{learners()[2]}" value="absent" checked' in answer.text
    posted(trainer, address, {"seen": "1", "why": HOSTILE, **marks(p2="absent")})
    page = trainer.get(address).text
    assert "<script>alert" not in page
    assert "Trainee C: Absent" in page


@pytest.mark.parametrize("day", ["2026-08-02", "2026-10-31", "yesterday", "2026-13-01", "1", "2026-9-1"])
def test_a_day_that_is_none_of_the_training_is_not_there(app, signed_in, day: str) -> None:
    assert signed_in("trainer").get(f"/batches/{the_batch().id}/register/{day}").status_code == 404


def test_a_day_to_come_is_refused_in_words(app, signed_in) -> None:
    answer = signed_in("centre").get(f"/batches/{the_batch().id}/register/2026-09-02")
    assert answer.status_code == 422
    assert "2 Sep 2026 is still to come" in answer.text


@pytest.mark.parametrize(
    "data", [{}, {"seen": "x"}, {"seen": "0"}, {"seen": "0", "mark-9999": "present"}, {"seen": "0", "mark-x": "y"}]
)
def test_a_form_that_says_nothing_keeps_nothing(app, signed_in, data: dict[str, str]) -> None:
    answer = signed_in("trainer").post(f"/batches/{the_batch().id}/register/2026-09-01", data=data)
    assert answer.status_code in {200, 409}
    assert db.session.query(RegisterRow).count() == 0


def test_the_files_hold_every_day_and_where_the_attendance_comes_from(app, signed_in) -> None:
    the_batch().trainees[0].person.name = "=1+1"
    db.session.commit()
    trainer, start = signed_in("trainer"), f"/batches/{the_batch().id}/register"
    for day in ("2026-08-31", "2026-09-01"):
        trainer.post(f"{start}/{day}", data={"seen": "0", **marks(p1="absent")})
    text = trainer.get(f"{start}/download.csv").data.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0][2:4] == ["2026-08-31", "2026-09-01"]
    by_number = {row[0]: row for row in rows[1:]}
    assert by_number["TC-1-001"][1] == "'=1+1"
    assert by_number["TC-1-002"][2:] == ["A", "A", "0", "2", "0", "registers"]
    book = zipfile.ZipFile(io.BytesIO(trainer.get(f"{start}/download.xlsx").data))
    assert "2026-08-31" in book.read("xl/sharedStrings.xml").decode()
    sheet = trainer.get(f"{start}/sheet").text
    assert "August 2026" in sheet
    assert "September 2026" in sheet


@given(st.dates(date(2026, 1, 1), date(2027, 1, 1)), st.integers(1, 120))
def test_every_day_of_a_training_stands_once_in_its_week(first: date, count: int) -> None:
    days = [
        RegisterDay(day=date.fromordinal(first.toordinal() + n), is_kept=False, is_today=False, is_to_come=False)
        for n in range(count)
    ]
    placed = [(one, place) for _, weeks in weeks_of(days) for week in weeks for place, one in enumerate(week) if one]
    assert [one for one, _ in placed] == days
    assert all(one.day.weekday() == place for one, place in placed)


# The room


@given(st.lists(st.integers(0, 80), min_size=1, unique=True).map(sorted))
def test_the_dashes_of_the_lines_are_exactly_the_squares(places: list[int]) -> None:
    wanted = [1 + 21 * place for place in places]
    drawn = []
    for start, length in re.findall(r"M(\d+) 10h(\d+)", _runs(wanted)):
        assert (int(length) - 18) % 21 == 0
        drawn += list(range(int(start), int(start) + int(length), 21))
    assert drawn == wanted


def test_the_room_has_a_row_a_person_and_a_link_a_criterion(app, signed_in) -> None:
    page = signed_in("trainer").get(f"/batches/{the_batch().id}/room").text
    assert page.count('<use href="#hm"/>') == 4
    head = page[page.index('class="hm-head"') : page.index("</thead>")]
    assert head.count("<a href=") == 57
    with app.test_request_context():
        assert all(str(word) in page for _, word in LEGEND)


def test_the_council_reads_the_room_and_ticks_nobody(app, signed_in) -> None:
    page = signed_in("council").get(f"/batches/{the_batch().id}/room").text
    assert 'type="checkbox"' not in page
    assert "Write to" not in page
    assert "Trainee B" in page


def test_a_criterion_tells_who_lacks_it_and_a_unit_narrows_the_map(app, signed_in) -> None:
    trainer, address = signed_in("trainer"), f"/batches/{the_batch().id}/room"
    page = trainer.get(address, query_string={"criterion": "ASC/N1105#PC4"}).text
    assert "Who lacks ASC/N1105 PC4" in page
    assert "4 of 4 have not surely shown it" in page
    narrow = trainer.get(address, query_string={"unit": "ASC/N1106", "order": "least"}).text
    assert narrow.count('lack it"><title>') == 11
    strange = trainer.get(address, query_string={"unit": "X", "order": "?", "criterion": "<b>"})
    assert strange.status_code == 200
    assert "Who lacks" not in strange.text


# Coursework


def test_work_is_given_scored_and_read_by_the_trainee(app, signed_in) -> None:
    trainer, start = signed_in("trainer"), f"/batches/{the_batch().id}"
    page = trainer.get(f"{start}/assignments/new", query_string={"refs": "ASC/N1105#PC4", "to": learners()[0]}).text
    assert 'value="ASC/N1105#PC4" checked' in page
    data = {"key": key_on(page), "title": "Role play", "text": HOSTILE, "day": "2026-09-08", "to": learners()[0]}
    empty = trainer.post(f"{start}/assignments/new", data=data)
    assert (empty.status_code, "at least one criterion" in empty.text) == (422, True)
    for _ in range(2):
        given = trainer.post(f"{start}/assignments/new", data={**data, "refs": "ASC/N1105#PC4"})
    assert db.session.query(CourseworkRow).count() == 1
    entry = db.session.query(CourseworkRow).one().entries[0].id
    shown = trainer.get(given.headers["Location"]).text
    assert "<script>alert" not in shown
    page = trainer.get(f"{start}/coursework/entries/{entry}").text
    assert page.count('class="level"') == 4
    assert "Look for" not in page
    score = {"ref": "ASC/N1105#PC4", "share": "2/3", "key": key_on(page), "note": "Listen longer"}
    for _ in range(2):
        answer = trainer.post(f"{start}/coursework/entries/{entry}/scores", data=score)
        assert answer.headers["Location"].endswith("#c-ASC-N1105-PC4")
    assert db.session.query(CourseworkScoreRow).count() == 1
    own = signed_in("trainee").get("/coursework").text
    assert "<strong>Mostly</strong>" in own
    assert "“Listen longer”" in own
    assert "Role play" in trainer.get(f"{start}/trainees/{learners()[0]}").text


def test_a_score_that_is_none_is_refused(app, signed_in, actor) -> None:
    batch = the_batch().id
    work = coursework.observe(
        actor("trainer"),
        batch,
        trainee_id=learners()[0],
        place="Showroom",
        day=date(2026, 8, 31),
        refs=["ASC/N1105#PC4"],
        text="",
        key="form-0001",
        now=NOW,
    )
    address = f"/batches/{batch}/coursework/entries/{work.entries[0].id}/scores"
    trainer = signed_in("trainer")
    for data in ({}, {"ref": "x", "key": "tap-00001", "share": "nine"}, {"ref": "x", "key": "tap-00001", "share": "1"}):
        assert trainer.post(address, data=data).status_code == 422
    assert signed_in("trainer2").post(address, data={}).status_code == 404
    assert signed_in("centre").post(address, data={}).status_code == 403


# Feedback


def test_a_message_stands_on_the_home_page_until_it_is_read(app, signed_in) -> None:
    trainer, trainee, address = signed_in("trainer"), signed_in("trainee"), f"/batches/{the_batch().id}/feedback/new"
    page = trainer.get(address, query_string={"to": learners()[:2]}).text
    data = {"key": key_on(page), "to": learners()[:2]}
    short = trainer.post(address, data={**data, "text": "Hm"})
    assert (short.status_code, "5 to 1000 characters" in short.text) == (422, True)
    for _ in range(2):
        sent = posted(trainer, address, {**data, "text": HOSTILE})
    assert db.session.query(FeedbackRow).count() == 1
    assert "read by 0 of 2" in sent
    home = trainee.get("/").text
    assert "Message from Trainer" in home
    assert "&lt;script&gt;" in home
    assert "<script>alert" not in home
    where = re.search(r'action="(/feedback/\d+/read)"', home)
    assert where
    assert signed_in("trainee-b").post(where[1]).status_code == 404
    assert "Message from" not in posted(trainee, where[1])
    assert "read by 1 of 2" in trainer.get(f"/batches/{the_batch().id}/feedback").text
    assert HOSTILE.split(maxsplit=1)[0].replace("<", "&lt;").replace(">", "&gt;") in trainee.get("/coursework").text


def test_a_message_to_nobody_says_so_where_people_are_ticked_and_keeps_the_words(app, signed_in) -> None:
    trainer, address = signed_in("trainer"), f"/batches/{the_batch().id}/feedback/new"
    key = key_on(trainer.get(address).text)
    page = trainer.post(address, data={"text": "Come to the desk today.", "key": key})
    assert page.status_code == 422
    assert "Tick at least one trainee." in page.text.partition("<textarea")[0]
    assert "Come to the desk today." in page.text
    assert db.session.query(FeedbackRow).count() == 0


def test_a_message_taken_back_says_so(app, signed_in) -> None:
    trainer, start = signed_in("trainer"), f"/batches/{the_batch().id}/feedback"
    trainer.post(f"{start}/new", data={"key": "form-0001", "to": learners()[0], "text": "Come on Monday."})
    row = db.session.query(FeedbackRow).one()
    page = posted(trainer, f"{start}/{row.id}/withdraw")
    assert "Taken back" in page
    assert "Take it back" not in page
    assert "Come on Monday." not in signed_in("trainee").get("/").text
    assert "taken back on 1 Sep 2026" in signed_in("trainee").get("/coursework").text
