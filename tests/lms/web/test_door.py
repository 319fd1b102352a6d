"""The door of the exam as pages: in by number and code, nothing but the exam, and the slips that lead there."""

import re
from datetime import timedelta

import pytest
import time_machine

from assessments.rules import TheoryRules
from lms.extensions import db
from lms.services import accounts, exam_codes
from lms.tables.attempts import AnswerEventRow
from lms.tables.history import HistoryRow
from lms.tables.people import PersonRow
from lms.web.exam.waiting_room import told_to_the_room
from tests import world
from tests.exams import a_drawn_assessment, candidate_of

NOW = world.DAY + timedelta(minutes=5)
FORM = "a form's own random text"


@pytest.fixture(autouse=True)
def on_the_day():
    """The exam's own morning."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def assessment(app):
    return a_drawn_assessment()


@pytest.fixture
def slip(assessment, actor):
    slips = exam_codes.make_codes(actor("centre"), assessment.id, form=FORM, now=NOW)
    return next(slip for slip in slips if slip.candidate.trainee.person.login == "trainee")


@pytest.fixture
def candidate(app, slip):
    """A browser that came in by the slip."""
    browser = app.test_client()
    browser.reply = sign_in(browser, slip)
    return browser


def sign_in(browser, slip, **given):
    return browser.post("/exam/sign-in", data={"number": slip.candidate.number, "code": slip.code} | given)


def beyond(browser, address="/exam") -> tuple[str, str]:
    """The address and the page that one comes to from an address."""
    reply = browser.get(address)
    return beyond(browser, reply.headers["Location"]) if reply.status_code == 302 else (address, reply.text)


def test_the_slip_leads_to_the_waiting_room_and_its_start_to_the_paper(candidate, slip) -> None:
    assert candidate.reply.headers["Location"] == "/exam"
    room = candidate.get("/exam").headers["Location"]
    assert room == f"/exam/candidates/{slip.candidate.id}"
    assert "Start the exam" in candidate.get(room).text
    paper = candidate.post(f"{room}/start").headers["Location"]
    assert candidate.get(paper).status_code == 200
    assert beyond(candidate)[0] == paper


def test_who_is_signed_out_in_the_middle_of_an_exam_is_told_where_the_answers_are_and_comes_back_to_it(
    candidate, slip
) -> None:
    paper = candidate.post(f"{beyond(candidate)[0]}/start").headers["Location"]
    words = "Every answer that was saved is on the server, and what this device still keeps goes out by itself."
    for entry in ("/sign-in", "/exam/sign-in"):
        accounts.end_sessions(slip.candidate.trainee.person_id, now=NOW)
        db.session.commit()
        address, page = beyond(candidate, paper)
        assert (address, words in page) == ("/sign-in", True)
        assert words in candidate.get("/exam").text
        typed = {"login": "trainee", "password": "wrong", "number": slip.candidate.number, "code": "WRONG"}
        assert words in candidate.post(entry, data=typed).text
        typed |= {"password": world.PASSWORD, "code": slip.code}
        back = candidate.post(entry, data=typed).headers["Location"]
        assert beyond(candidate, back)[0] == paper
    accounts.end_sessions(slip.candidate.trainee.person_id, now=NOW)
    db.session.commit()
    assert words not in beyond(candidate, "/learn")[1]


@pytest.mark.parametrize("login", ["trainee-b", "assessor"])
@pytest.mark.parametrize("rest", ["", "/submit", "?language=hi"])
def test_who_signs_in_where_anothers_exam_was_open_comes_to_a_page_of_their_own(
    candidate, slip, login: str, rest: str
) -> None:
    room = beyond(candidate)[0]
    paper = candidate.post(f"{room}/start").headers["Location"]
    accounts.end_sessions(slip.candidate.trainee.person_id, now=NOW)
    db.session.commit()
    for address in (paper + rest, room):
        assert beyond(candidate, address)[0] == "/sign-in"
        after = candidate.post("/sign-in", data={"login": login, "password": world.PASSWORD}).headers["Location"]
        own, page = beyond(candidate, after)
        assert (own == "/", "There is nothing here" in page) == (login == "assessor", False)
        assert login == "assessor" or re.fullmatch(r"/exam/candidates/\d+", own)
        candidate.post("/sign-out")


@pytest.mark.parametrize("sign", ["", " ", "–"], ids=["nothing", "blanks", "long dashes"])
def test_capitals_and_dashes_do_not_matter_as_the_door_says(app, slip, sign) -> None:
    slip.candidate.number = "A26-0007-012-KX4"
    db.session.commit()
    browser = app.test_client()
    assert "Capitals and dashes do not matter." in browser.get("/exam").text
    typed = {"number": slip.candidate.number.lower().replace("-", sign), "code": slip.code.lower().replace("-", sign)}
    assert sign_in(browser, slip, **typed).status_code == 302


def test_the_door_speaks_the_language_of_the_phone(app) -> None:
    page = app.test_client().get("/exam", headers={"Accept-Language": "hi-IN,hi;q=0.9"}).text
    assert '<html lang="hi"' in page
    assert "परीक्षा पर जाएँ" in page


def test_who_came_in_by_a_slip_leaves_the_device_at_the_end(candidate, slip) -> None:
    room = beyond(candidate)[0]
    paper = candidate.post(f"{room}/start").headers["Location"]
    page = candidate.get(candidate.post(f"{paper}/submit").headers["Location"]).text
    main = page.partition("<main")[2]
    assert "Your paper is handed in" in main
    assert "home page" not in main
    assert "user name and password" in main
    assert 'action="/sign-out"' in main


def test_who_signed_in_with_a_password_goes_home_from_the_end(signed_in, assessment) -> None:
    browser, who = signed_in("trainee"), candidate_of(assessment, "trainee").id
    paper = browser.post(f"/exam/candidates/{who}/start").headers["Location"]
    main = browser.get(browser.post(f"{paper}/submit").headers["Location"]).text.partition("<main")[2]
    assert "You will see it on your home page." in main
    assert 'action="/sign-out"' not in main


def test_who_came_in_by_a_slip_sees_the_exam_and_nothing_else(candidate) -> None:
    for address in ("/", "/learn", "/results", "/account/password", "/practice/asc-n1105"):
        assert candidate.get(address).headers["Location"] == "/exam", address
    assert candidate.post("/account/password", data={"old": "x"}).status_code == 403
    page = beyond(candidate)[1]
    assert "Change password" not in page
    assert "Learn" not in page


def test_a_trainee_who_never_chose_a_password_is_not_asked_for_one_at_the_exam(app, slip) -> None:
    db.session.query(PersonRow).filter_by(login="trainee").one().must_change_password = True
    db.session.commit()
    browser = app.test_client()
    sign_in(browser, slip)
    assert browser.get(f"/exam/candidates/{slip.candidate.id}").status_code == 200


def test_signing_out_leads_back_to_the_door_for_the_next_candidate(candidate, app, slip) -> None:
    assert candidate.post("/sign-out").headers["Location"] == "/exam"
    assert "Exam code" in candidate.get("/exam").text
    assert sign_in(app.test_client(), slip).status_code == 302


def test_a_second_device_is_refused_in_words_and_the_same_one_is_not(candidate, app, slip) -> None:
    refused = sign_in(app.test_client(), slip)
    assert refused.status_code == 401
    assert "Another device is signed in with this code" in refused.text
    assert slip.code not in refused.text.replace(f'value="{slip.code}"', "")
    assert sign_in(candidate, slip).status_code == 302


def test_a_device_that_lost_its_cookie_in_a_crash_is_known_by_what_its_page_kept(app, slip) -> None:
    kept, other = "0123456789ab" * 4, "ba9876543210" * 4
    assert sign_in(app.test_client(), slip, device=kept).status_code == 302
    assert sign_in(app.test_client(), slip, device=other).status_code == 401
    assert sign_in(app.test_client(), slip, device=kept).status_code == 302


@pytest.mark.parametrize("short", ["", "a", "0123456789ab" * 5, "0123456789AB" * 4])
def test_nothing_short_or_strange_tells_one_device_from_another(app, slip, short) -> None:
    assert sign_in(app.test_client(), slip, device=short).status_code == 302
    assert sign_in(app.test_client(), slip, device=short).status_code == 401


@pytest.mark.parametrize(
    ("given", "status", "words"),
    [
        ({"code": ""}, 422, "Type the exam code"),
        ({"number": ""}, 422, "Type the candidate number"),
        ({"code": "ACD"}, 422, "an exam code has 10"),
        ({"number": "NOBODY"}, 401, "The candidate number or the code is wrong"),
        ({"code": "\0"}, 422, "unseen sign"),
        ({"number": "x" * 5000}, 401, "The candidate number or the code is wrong"),
    ],
    ids=str,
)
def test_what_is_wrong_is_said_beside_the_form_and_the_number_stays(app, slip, given, status, words) -> None:
    reply = sign_in(app.test_client(), slip, **given)
    assert reply.status_code == status
    assert words in reply.text


def test_the_door_knows_the_number_from_the_square_and_the_sign_in_page_has_the_short_form(app) -> None:
    browser = app.test_client()
    assert 'value="A1-001"' in browser.get("/exam?number=A1-001").text
    assert 'action="/exam/sign-in"' in browser.get("/sign-in").text


def test_staff_at_the_door_are_asked_for_a_slip(signed_in, slip) -> None:
    assert "Exam code" in signed_in("centre").get("/exam").text


def test_the_test_of_saving_tells_the_time_of_the_server_and_stores_no_answer(candidate, signed_in, slip) -> None:
    before = db.session.query(HistoryRow).count()
    body = {"device": "test", "seq": 1, "number": 1, "place": 1}
    reply = candidate.post(f"/exam/candidates/{slip.candidate.id}/test", json=body)
    assert reply.json["server_now"].startswith("2026-11-02T04:35")
    assert (db.session.query(AnswerEventRow).count(), db.session.query(HistoryRow).count()) == (0, before)
    assert signed_in("trainee-b").post(f"/exam/candidates/{slip.candidate.id}/test", json=body).status_code == 404


def test_who_waits_at_a_device_is_seen_in_the_room_with_the_time_of_the_last_contact(
    candidate, signed_in, slip, assessment
) -> None:
    who, room = slip.candidate.id, f"/assessments/{assessment.id}/room"
    agency = signed_in("agency")

    def seen() -> list[object]:
        told = agency.get(f"{room}/now.json").json
        assert told["counts"] == {"signed_in": 1, "expected": 3}
        return told["lines"][str(who)][:4]

    assert seen() == ["Signed in", "plain", "just now", "plain"]
    with time_machine.travel(NOW + timedelta(minutes=4), tick=False):
        assert seen() == ["Signed in", "plain", "4 minutes ago", "plain"]
        body = {"device": "test", "seq": 1, "number": 1, "place": 1}
        assert candidate.post(f"/exam/candidates/{who}/test", json=body).status_code == 200
        assert seen() == ["Signed in", "plain", "just now", "plain"]
        page = agency.get(room).text
        assert f"/candidates/{who}/present" in page, "the identity is still to be checked"
        assert "Mark absent" in agency.get(f"{room}/candidates/{who}").text
        asked = agency.get(f"{room}/act?act=absent&whom=all").text
        assert "4 candidates will be marked absent." in asked
        assert "1 of them is signed in at a device." in asked
    with time_machine.travel(NOW + timedelta(hours=2), tick=False):
        assert seen() == ["Signed in", "plain", "10:09", "plain"]


def test_before_the_opening_the_button_waits_hidden_and_the_page_works_without_script(app, actor, signed_in) -> None:
    assessment = a_drawn_assessment(opens_at=NOW + timedelta(minutes=30))
    room = f"/exam/candidates/{candidate_of(assessment, 'trainee').id}"
    page = signed_in("trainee").get(room).text
    assert re.search(r"data-start hidden>\s*<form", page)
    assert "Reload this page then" in page
    assert signed_in("trainee").post(f"{room}/start").status_code == 409


def test_the_waiting_room_says_how_many_questions_in_which_language_and_how_long(candidate) -> None:
    page = beyond(candidate)[1]
    questions = re.search(r"<dt>Questions</dt><dd>(\d+)</dd>", page)
    assert int(questions[1]) > 10
    assert "<dt>Language of the questions</dt><dd>English" in page
    assert "90 minutes" in page


def test_who_waits_reads_what_the_invigilator_is_told_of_and_that_no_mark_changes_by_it(candidate) -> None:
    page = beyond(candidate)[1]
    acts = "leave the exam page, open it in a second tab, open it on a second device"
    assert f"The invigilator is told when you: {acts}. No mark changes by that alone." in page
    assert "Your candidate number stands faintly across the exam page." in page


@pytest.mark.parametrize(
    ("watch", "acts"),
    [(["second_tab"], ["open it in a second tab", "open it on a second device"]), ([], ["open it on a second device"])],
)
def test_who_waits_reads_nothing_of_what_the_scheme_leaves_out(app, watch, acts) -> None:
    rules = TheoryRules.model_validate({"minutes": 90, "watch": watch})
    with app.test_request_context():
        assert told_to_the_room(rules) == acts


def test_slips_are_made_once_from_a_form_and_hold_number_code_and_square(app, assessment, signed_in) -> None:
    browser = signed_in("centre")
    assert "Exam codes" in browser.get(f"/assessments/{assessment.id}").text
    page = browser.get(f"/assessments/{assessment.id}/exam-codes").text
    form = re.search(r'name="form"[^>]*value="([^"]+)"', page)[1]
    first, second = (browser.post(f"/assessments/{assessment.id}/exam-codes", data={"form": form}) for _ in range(2))
    codes = [re.findall(r'<strong translate="no">([^<]+)<', reply.text) for reply in (first, second)]
    assert len(codes[0]) == len(assessment.candidates)
    assert codes[0] == codes[1]
    assert first.text.count('class="qr"') == len(codes[0])
    assert codes[0][0] not in browser.get(f"/assessments/{assessment.id}/exam-codes").text


def test_one_code_is_renewed_and_a_device_is_freed_from_the_list(candidate, assessment, slip, signed_in, app) -> None:
    browser, place = signed_in("centre"), f"/assessments/{assessment.id}/exam-codes"
    assert "Let in on another device" in browser.get(place).text
    assert browser.post(f"{place}/{slip.candidate.id}/free").status_code == 302
    assert candidate.get(f"/exam/candidates/{slip.candidate.id}").headers["Location"] == "/sign-in"
    assert sign_in(app.test_client(), slip).status_code == 302
    new = browser.post(f"{place}/{slip.candidate.id}", data={"form": FORM + "2"}).text
    assert new.count('class="exam-slip"') == 1
    assert sign_in(app.test_client(), slip).status_code == 401


def test_a_locked_user_name_comes_in_by_the_slip(app, slip) -> None:
    browser = app.test_client()
    for _ in range(accounts.MAX_FAILED + 1):
        browser.post("/sign-in", data={"login": "trainee", "password": "wrong"})
    assert "Too many wrong passwords" in browser.post("/sign-in", data={"login": "trainee", "password": "x"}).text
    assert sign_in(browser, slip).status_code == 302
