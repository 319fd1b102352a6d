"""Pages of the exam room, as an invigilator opens them and sends their forms."""

import csv
import io
import json
import re
from datetime import timedelta

import pytest
import time_machine

from lms.extensions import db
from lms.services import delivery, room_acts, takeovers
from lms.services.seats import SeatState, get_seat
from lms.tables.assessing import AssessmentState
from lms.tables.attempts import AnswerEventRow, AttemptRow
from lms.tables.invigilation import IntegrityEventRow, LateRulingRow, TimeChangeRow
from lms.tables.room_log import IncidentRow
from tests import rooms, world
from tests.exams import candidate_of

OPENS = world.DAY
NOW = OPENS + timedelta(minutes=20)
HOSTILE = '<script>alert(1)</script> & "me" {{ 7 * 7 }}'


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def room(app):
    row = rooms.a_room()
    attempt = rooms.begun(row, "trainee", OPENS)
    rooms.heard(attempt, NOW - timedelta(minutes=3), answered=5, waiting=2)
    rooms.answered(attempt, 7, NOW - timedelta(minutes=10))
    return row


def place(row, rest: str = "") -> str:
    return f"/assessments/{row.id}/room{rest}"


def key_on(page: str) -> str:
    found = re.search(r'name="key"[^>]*value="([^"]+)"', page)
    assert found, page
    return found[1]


def test_the_list_has_everybody_and_who_needs_somebody_on_top(room, signed_in) -> None:
    page = signed_in("assessor").get(place(room)).text
    top, _, rest = page.partition("seat-counts")
    assert "Needs you now" in top
    assert "No contact for 3 minutes" in top
    assert "Trainee B" not in top
    assert all(name in rest for name in ("Trainee B", "Trainee C", "Trainee D", "3 minutes ago", "70 minutes"))


def test_the_script_is_told_the_same_and_nothing_while_nothing_changes(room, signed_in) -> None:
    browser = signed_in("agency")
    first = browser.get(place(room, "/now.json"))
    own = candidate_of(room, "trainee").id
    assert first.json["troubled"] == [own]
    assert first.json["counts"] == {"working": 1, "expected": 3}
    assert first.json["lines"][str(own)] == [
        "Working", "plain", "3 minutes ago", "bad", "7", "2", "70 minutes", "", "", ["No contact for 3 minutes"]
    ]  # fmt: skip
    again = browser.get(place(room, "/now.json"), headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_the_list_the_candidates_page_and_the_log_tell_of_second_tabs(room, signed_in) -> None:
    candidate = candidate_of(room, "trainee")
    attempt = db.session.query(AttemptRow).filter_by(candidate_id=candidate.id).one()
    for minutes in (2, 1):
        told = {"kind": "second_tab", "device": "tablet", "at": NOW - timedelta(minutes=minutes)}
        db.session.add(IntegrityEventRow(attempt_id=attempt.id, **told))
    db.session.commit()
    browser = signed_in("assessor")
    *_, told, troubles = browser.get(place(room, "/now.json")).json["lines"][str(candidate.id)]
    assert told == "opened a second tab 2 times"
    assert troubles == ["No contact for 3 minutes", "Opened the exam in a second tab 2 times"]
    page = browser.get(place(room, f"/candidates/{candidate.id}")).text
    assert page.count("Opened the exam in a second tab 2 times") == 1
    assert page.count("the device: the exam was opened in a second tab") == 2
    log = browser.get(place(room, "/log.csv")).text
    assert log.count("the device: the exam was opened in a second tab,a sign to look; no mark changes by it,") == 2


def test_the_list_is_filtered_and_sorted_by_its_address(room, signed_in) -> None:
    candidate_of(room, "trainee-b").room = "Hall 2"
    db.session.commit()
    browser = signed_in("assessor")

    def shown(**wishes: str) -> list[str]:
        page = browser.get(place(room), query_string=wishes).text
        rows = re.findall(r'<tr id="seat-\d+"[^>]*>.*?<a [^>]*>([^<]+)</a>', page, re.DOTALL)
        hidden = re.findall(r'<tr id="seat-\d+"[^>]* hidden>.*?<a [^>]*>([^<]+)</a>', page, re.DOTALL)
        return [name for name in rows if name not in hidden]

    assert shown(room="Hall 2") == ["Trainee B"]
    assert shown(show="trouble") == ["Trainee"]
    assert shown(show="not-begun", text="a1-003") == ["Trainee C"]
    assert shown(show="nonsense", sort="nonsense")[0] == "Trainee"
    assert shown(sort="contact")[0] == "Trainee"


@pytest.mark.parametrize(("by", "gets"), [("candidate", False), ("room", False), ("page", True)])
def test_time_reaches_whose_page_handed_in_at_the_end_and_not_who_did_so_themselves(
    room, signed_in, by: str, gets: bool
) -> None:
    attempt = db.session.query(AttemptRow).one()
    attempt.submitted_at, attempt.handed_in_by = attempt.deadline_at + timedelta(seconds=4), by
    db.session.commit()
    with time_machine.travel(attempt.deadline_at + timedelta(minutes=1), tick=False):
        asked = signed_in("assessor").get(place(room, "/act?act=time&whom=all")).text
        own = signed_in("assessor").get(place(room, f"/candidates/{candidate_of(room, 'trainee').id}")).text
    assert ("act=time" in own, "ask them to reload" in asked) == (gets, gets)
    assert f"{int(gets)} candidate{'' if gets else 's'} get" in asked
    assert "Who has not begun, or whose paper a person handed in, gets none." in asked


def test_time_is_given_once_however_often_its_form_is_sent(room, signed_in) -> None:
    browser, who = signed_in("assessor"), candidate_of(room, "trainee").id
    asked = browser.get(place(room, f"/act?act=time&whom=ticked&c={who}")).text
    assert "1 candidate gets more time." in asked
    assert asked.index(">Minutes<") < asked.index(">Reason<")
    form = {"act": "time", "whom": "ticked", "c": who, "key": key_on(asked), "minutes": "10", "why": "Power cut"}
    for _ in range(2):
        assert browser.post(place(room, "/act"), data=form).status_code == 302
    page = browser.get(place(room)).text
    assert "80 minutes" in page
    assert "10 minutes given: Power cut" in page
    assert db.session.query(TimeChangeRow).count() == 1


def test_a_form_without_reason_or_with_foolish_minutes_says_what_is_right(room, signed_in) -> None:
    form = {"act": "time", "whom": "all", "key": "form-0001", "minutes": "999", "why": ""}
    answer = signed_in("assessor").post(place(room, "/act"), data=form)
    assert answer.status_code == 422
    assert "Whole minutes from 1 to 240." in answer.text
    assert "Give a reason" in answer.text
    words = signed_in("assessor").post(place(room, "/act"), data={**form, "minutes": "ten", "why": "Power cut"}).text
    assert "Whole minutes from 1 to 240." in words
    assert "integer" not in words
    short = signed_in("assessor").post(place(room, "/act"), data={**form, "minutes": "5", "why": "no"})
    assert (short.status_code, "at least 5 characters" in short.text) == (422, True)


def test_everybody_is_paused_and_resumed(room, signed_in) -> None:
    browser = signed_in("agency")
    pause = {"act": "pause", "whom": "all", "key": "form-0001", "why": "Power cut"}
    assert browser.post(place(room, "/act"), data=pause).status_code == 302
    page = browser.get(place(room)).text
    assert "1 candidate is paused." in page
    assert "No contact" not in page.partition("seat-counts")[0].replace("No contact with the server", "")
    resume = {"act": "resume", "whom": "all", "key": "form-0002", "why": "It is back"}
    assert "1 candidate goes on." in browser.get(browser.post(place(room, "/act"), data=resume).location).text


def test_an_act_that_reached_nobody_is_not_told_as_a_success(room, signed_in) -> None:
    browser, who = signed_in("assessor"), candidate_of(room, "trainee-b").id
    form = {"whom": "ticked", "c": who, "why": "Power cut", "minutes": "10", "sure": "y"}
    for act, words in (
        ("time", "0 candidates have more time."),
        ("pause", "0 candidates are paused."),
        ("resume", "0 candidates go on."),
        ("end", "The exam of 0 candidates is ended."),
    ):
        done = browser.post(place(room, "/act"), data={**form, "act": act, "key": f"form-{act}"})
        page = browser.get(done.location).text
        assert re.search(f'notice-info"[^>]*>(?:(?!</p>).)*{words}', page, re.DOTALL), act


def test_an_exam_is_ended_only_after_what_happens_was_read(room, signed_in) -> None:
    browser, who = signed_in("assessor"), candidate_of(room, "trainee").id
    asked = browser.get(place(room, f"/act?act=end&whom=one&c={who}")).text
    assert all(words in asked for words in ("The exam of 1 candidate ends now.", "7 saved answers count.", "2 answers"))
    form = {"act": "end", "whom": "one", "c": who, "key": key_on(asked), "why": "Taken ill"}
    assert browser.post(place(room, "/act"), data=form).status_code == 422
    done = browser.post(place(room, "/act"), data={**form, "sure": "y"})
    assert done.location.endswith(f"/candidates/{who}")
    assert get_seat(room, who, NOW).state(NOW) is SeatState.ENDED


def test_of_an_exam_that_is_ended_only_the_answers_that_count_are_called_so(room, signed_in, actor) -> None:
    who = candidate_of(room, "trainee").id
    attempt = db.session.query(AttemptRow).filter_by(candidate_id=who).one()
    code = takeovers.make_code(actor("assessor"), attempt.id, now=NOW - timedelta(minutes=2))
    desk = delivery.get_desk(actor("trainee").person_id, attempt.id)
    takeovers.take_over(desk, code, device="two", now=NOW - timedelta(minutes=2))
    late = {"received_at": NOW - timedelta(minutes=1), "payload_hash": "0" * 64, "item": "i-8", "choice": "A"}
    db.session.add(AnswerEventRow(attempt_id=attempt.id, device="phone", seq=8, epoch=1, **late))
    db.session.commit()
    asked = signed_in("assessor").get(place(room, f"/act?act=end&whom=one&c={who}")).text
    assert "7 saved answers count." in asked


@pytest.mark.parametrize(("last_seq", "waiting"), [(7, ""), (9, "2")])
def test_after_handing_in_only_what_has_not_come_waits_on_the_device(
    room, signed_in, actor, last_seq: int, waiting: str
) -> None:
    browser, who = signed_in("assessor"), candidate_of(room, "trainee").id
    attempt = db.session.query(AttemptRow).filter_by(candidate_id=who).one()
    saved_and_waiting = slice(4, 6)
    assert browser.get(place(room, "/now.json")).json["lines"][str(who)][saved_and_waiting] == ["7", "2"]
    delivery.submit(actor("trainee"), attempt.id, device="phone", last_seq=last_seq, now=NOW)
    assert browser.get(place(room, "/now.json")).json["lines"][str(who)][saved_and_waiting] == ["7", waiting]


def test_what_has_come_from_a_device_since_it_told_waits_on_it_no_more(room, signed_in, actor) -> None:
    browser, who = signed_in("assessor"), candidate_of(room, "trainee").id
    attempt = db.session.query(AttemptRow).filter_by(candidate_id=who).one()
    room_acts.end_attempts(actor("assessor"), room.id, [who], why="Taken ill", now=NOW)
    made = {"attempt_id": attempt.id, "choice": "A", "payload_hash": "0" * 64, "received_at": NOW}
    for device, seq, waiting in (("phone", 8, "2"), ("tablet", 1, "1"), ("tablet", 2, ""), ("tablet", 3, "")):
        db.session.add(AnswerEventRow(device=device, seq=seq, item=f"i-{seq}", **made))
        db.session.commit()
        assert browser.get(place(room, "/now.json")).json["lines"][str(who)][5] == waiting


def test_who_was_ended_reads_so_and_of_the_answers_that_came_too_late(room, signed_in, actor) -> None:
    who = candidate_of(room, "trainee").id
    attempt = db.session.query(AttemptRow).filter_by(candidate_id=who).one()
    room_acts.end_attempts(actor("assessor"), room.id, [who], why="Taken ill", now=NOW)
    line = json.loads(attempt.paper.face)[2]
    late = {"received_at": NOW + timedelta(minutes=1), "payload_hash": "0" * 64}
    late |= {"item": line["item"], "choice": line["options"][1]["id"]}
    db.session.add(AnswerEventRow(attempt_id=attempt.id, device="t", seq=1, **late))
    db.session.commit()
    page = signed_in("trainee").get(f"/exam/attempts/{attempt.id}").text
    assert "The invigilator has ended your exam" in page
    assert "handed in" not in page
    assert "1 answer came too late" in page


def test_a_note_of_hostile_words_is_shown_as_they_are(room, signed_in) -> None:
    browser, who = signed_in("assessor"), candidate_of(room, "trainee").id
    form = {"act": "note", "whom": "one", "c": who, "key": "form-0001", "text": HOSTILE}
    for _ in range(2):
        assert browser.post(place(room, "/act"), data=form).status_code == 302
    assert db.session.query(IncidentRow).count() == 1
    page = browser.get(place(room, f"/candidates/{who}")).text
    assert "<script>alert" not in page
    assert "{{ 7 * 7 }}" in page
    assert browser.post(place(room, "/act"), data={**form, "whom": "all", "key": "form-0002"}).status_code == 302
    assert "Incidents of the whole room" in browser.get(place(room)).text


def test_who_has_begun_may_have_a_file_of_answers_to_take_in(room, signed_in) -> None:
    way = f"/assessments/{room.id}/answer-files"
    pages = [
        signed_in("assessor").get(place(room, f"/candidates/{candidate_of(room, login).id}")).text
        for login in ("trainee", "trainee-b")
    ]
    assert [way in page for page in pages] == [True, False]


def test_one_press_says_that_a_candidate_is_here(room, signed_in) -> None:
    browser, who = signed_in("assessor"), candidate_of(room, "trainee-b").id
    for _ in range(2):
        answer = browser.post(place(room, f"/candidates/{who}/present"))
        assert answer.location.endswith(f"#seat-{who}")
    assert get_seat(room, who, NOW).state(NOW) is SeatState.PRESENT
    browser.post(place(room, f"/candidates/{who}/withdraw-identity"))
    assert get_seat(room, who, NOW).state(NOW) is SeatState.EXPECTED


def test_a_code_for_another_device_is_shown_once_and_big(room, signed_in) -> None:
    browser, who = signed_in("assessor"), candidate_of(room, "trainee").id
    page = browser.post(place(room, f"/candidates/{who}/code")).text
    code = re.search(r"data-code>([A-Z0-9]{3}-[A-Z0-9]{3})<", page)
    assert code
    assert code[1] not in browser.get(place(room, f"/candidates/{who}")).text
    not_begun = candidate_of(room, "trainee-b").id
    assert browser.post(place(room, f"/candidates/{not_begun}/code")).status_code == 404


def test_late_answers_are_decided_with_the_reason_and_seen_with_what_and_when(room, signed_in) -> None:
    who = candidate_of(room, "trainee").id
    attempt = db.session.query(AttemptRow).filter_by(candidate_id=who).one()
    attempt.submitted_at, attempt.handed_in_by = NOW - timedelta(minutes=5), "candidate"
    line = json.loads(attempt.paper.face)[2]
    event = {"item": line["item"], "choice": line["options"][1]["id"], "payload_hash": "0" * 64, "received_at": NOW}
    db.session.add(AnswerEventRow(attempt_id=attempt.id, device="tablet", seq=1, **event))
    db.session.commit()
    browser, address = signed_in("agency"), place(room, f"/candidates/{who}")
    assert "1 late answer waits for your decision" in browser.get(place(room)).text
    page = browser.get(address).text
    assert all(words in page for words in ("Question 3", "<strong>B</strong>", "came after the time", "not decided"))
    assert "<dt>Ended</dt><dd>10:15:00</dd>" in re.sub(r">\s+<", "><", page)
    assert "<dt>End of the time</dt><dd>11:30:00</dd>" in re.sub(r">\s+<", "><", page)
    assert re.search(r'data-word="Received">[^<]*, 10:20:00<', page)
    form = {"key": "form-0001", "answer": "tablet/1", "why": "", "verdict": "refuse"}
    assert browser.post(f"{address}/late", data=form).status_code == 422
    assert browser.post(f"{address}/late", data={**form, "why": "Why not", "answer": "x/9"}).status_code == 422
    for _ in range(2):
        assert browser.post(f"{address}/late", data={**form, "why": "Handed in before"}).status_code == 302
    assert "Handed in before" in browser.get(address).text
    assert db.session.query(LateRulingRow).count() == 1
    assert "late answer waits" not in browser.get(place(room)).text
    assert 'name="verdict"' in browser.get(address).text
    room.state = AssessmentState.VERIFIED
    db.session.commit()
    page = browser.get(address).text
    assert "Handed in before" in page
    assert 'name="verdict"' not in page


def test_the_log_is_a_file_that_no_spreadsheet_runs(room, signed_in) -> None:
    browser = signed_in("assessor")
    browser.post(
        place(room, "/act"), data={"act": "note", "whom": "all", "key": "form-0001", "text": "=1+1 on the board"}
    )
    answer = browser.get(place(room, "/log.csv"))
    lines = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert lines[0] == ["at_utc", "candidate_number", "candidate", "what", "detail", "by"]
    assert lines[1][1:4] == ["A1-001", "Trainee", "started the theory exam"]
    assert lines[-1][3:] == ["noted an incident", "'=1+1 on the board", "Assessor"]


def test_what_will_happen_is_not_told_as_if_it_were_done(room, signed_in) -> None:
    browser, who = signed_in("assessor"), candidate_of(room, "trainee-b").id
    asked = browser.get(place(room, f"/act?act=absent&whom=ticked&c={who}")).text
    assert "1 candidate will be marked absent." in asked
    done = browser.post(place(room, "/act"), data={"act": "absent", "whom": "ticked", "c": who, "key": key_on(asked)})
    assert "1 candidate is marked absent." in browser.get(done.location).text


def test_who_ticks_nobody_is_told_so_and_another_rooms_candidate_is_absent(room, signed_in) -> None:
    browser = signed_in("assessor")
    answer = browser.get(place(room, "/act?act=pause&whom=ticked"))
    assert "Tick candidates in the list" in browser.get(answer.location).text
    assert browser.get(place(room, "/act?act=pause&whom=ticked&c=99999")).status_code == 404
    assert browser.get(place(room, "/candidates/99999")).status_code == 404


@pytest.mark.parametrize("rest", ["", "/now.json", "/log.csv", "/act?act=pause&whom=all", "/candidates/1"])
def test_another_agencys_room_is_absent(room, signed_in, rest: str) -> None:
    for login in ("agency2", "assessor2"):
        assert signed_in(login).get(place(room, rest)).status_code == 404


def test_the_pages_of_the_assessment_lead_here(room, signed_in) -> None:
    page = signed_in("agency").get(f"/assessments/{room.id}").text
    assert place(room) in page
    assert place(room, f"/candidates/{candidate_of(room, 'trainee').id}") in page
    assert f'{place(room)}"' not in signed_in("centre").get(f"/assessments/{room.id}").text
    assert place(room) in signed_in("assessor").get("/").text
