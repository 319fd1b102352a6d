"""Pages of results and reassessments: who may open them, what they show, and what a form answers."""

from datetime import timedelta
from fractions import Fraction
from html import unescape

import pytest

from lms.extensions import db
from lms.services import certification, reassessment
from lms.tables.assessing import AssessmentState
from lms.tables.marking import ReassessmentRow, ReassessmentStepRow
from tests.lms.every_rule import publish_every_rule
from tests.lms.released import RELEASED, an_assessment, candidate_of

SOON = RELEASED + timedelta(days=2)


@pytest.fixture
def today(monkeypatch) -> None:
    """Pages take two days after the release for today."""
    monkeypatch.setattr("lms.web.results.routes.now", lambda: SOON)


def result_page(signed_in, login: str, of: str):
    return signed_in(login).get(f"/results/{candidate_of(of).id}")


def test_a_competent_trainee_sees_the_word_the_map_and_the_certificate(app, actor, signed_in, today) -> None:
    row = an_assessment()
    certification.issue_for_assessment(actor("council"), row.id, now=RELEASED)
    db.session.commit()
    page = result_page(signed_in, "trainee", "trainee").text
    assert "Competent" in page
    assert "Specimen: the marks behind this are sample figures" in page
    assert "All marks: 375 of 500 is 75 %, needs 70 % · reached" in page
    assert 'class="cmap"' in page
    assert "/certificates/1.pdf" in page
    assert "Ask for reassessment" not in page


def test_who_is_not_yet_competent_sees_what_was_missing_and_until_when_to_ask(app, signed_in, today) -> None:
    an_assessment()
    page = result_page(signed_in, "trainee-b", "trainee-b").text
    assert "All marks: 333.33 of 500 is 66.66 %, needs 70 % · not reached" in page
    assert "exactly 1000/3" in page
    assert "until 23 Nov 2026" in page
    assert "6 Feb 2027 at the latest" in page


def test_after_the_last_day_the_page_says_why_it_is_too_late(app, signed_in, monkeypatch) -> None:
    monkeypatch.setattr("lms.web.results.routes.now", lambda: RELEASED + timedelta(days=16))
    an_assessment()
    page = result_page(signed_in, "trainee-b", "trainee-b").text
    assert "Reassessment had to be asked for by 23 Nov 2026." in page
    assert "Ask for reassessment" not in page


def test_an_absent_candidate_sees_no_figures(app, signed_in, today) -> None:
    an_assessment()
    page = result_page(signed_in, "trainee-d", "trainee-d").text
    assert "The candidate was absent." in page
    assert 'class="cmap"' not in page


@pytest.mark.parametrize("login", ["trainee", "centre"])
def test_before_the_release_the_page_has_no_figure(app, signed_in, login: str) -> None:
    an_assessment(state=AssessmentState.APPROVED)
    page = result_page(signed_in, login, "trainee").text
    assert "The agency and the council are checking the marks." in page
    assert "75" not in page
    assert "Competent" not in page
    assert "History" not in page


@pytest.mark.parametrize("login", ["agency", "council"])
def test_those_who_check_see_it_before_the_release_and_that_others_do_not(app, signed_in, login: str) -> None:
    an_assessment(state=AssessmentState.APPROVED)
    page = result_page(signed_in, login, "trainee").text
    assert "Not released yet" in page
    assert "375 of 500" in page


@pytest.mark.parametrize(
    ("login", "status"),
    [("trainee-b", 404), ("trainee2", 404), ("centre2", 404), ("agency2", 404), ("council2", 404), ("trainer", 403)],
)
def test_strangers_cannot_open_a_result(app, signed_in, login: str, status: int) -> None:
    an_assessment()
    assert result_page(signed_in, login, "trainee").status_code == status


def test_a_visitor_is_sent_to_sign_in(app, client) -> None:
    assert client.get("/results/1").headers["Location"].endswith("/sign-in")


def test_the_own_list_shows_each_state_in_words(app, signed_in) -> None:
    an_assessment()
    an_assessment(state=AssessmentState.SUBMITTED, code="A-2026-0002")
    an_assessment(state=AssessmentState.PROPOSED, code="A-2026-0003")
    page = signed_in("trainee").get("/results").text
    for words in ("Competent", "Marks are being checked", "Not assessed yet"):
        assert words in page
    assert signed_in("trainee2").get("/results").text.count("You have not been entered for an assessment yet") == 1
    assert signed_in("centre").get("/results").status_code == 403


def test_home_shows_the_result_and_the_request(app, signed_in, actor, monkeypatch) -> None:
    monkeypatch.setattr("lms.web.home.routes.now", lambda: SOON)
    an_assessment()
    assert "Your result is there" in signed_in("trainee-b").get("/").text
    reassessment.ask(actor("trainee-b"), candidate_of("trainee-b").id, reason="", now=SOON)
    assert "Trainee B asks to be assessed again" in signed_in("centre").get("/").text


def test_asking_twice_leaves_one_request(app, signed_in, today) -> None:
    an_assessment()
    browser, url = signed_in("trainee-b"), f"/results/{candidate_of('trainee-b').id}/reassessment"
    for _ in range(2):
        assert browser.post(url, data={"reason": "I was ill."}).status_code == 302
    assert [row.reason for row in db.session.query(ReassessmentRow)] == ["I was ill."]
    assert "The training centre decides next." in browser.get(url.removesuffix("/reassessment")).text


def test_a_reason_too_long_is_kept_and_said_beside_the_field(app, signed_in, today) -> None:
    an_assessment()
    answer = signed_in("trainee-b").post(
        f"/results/{candidate_of('trainee-b').id}/reassessment", data={"reason": "long " * 200}
    )
    assert answer.status_code == 422
    assert "At most 500 characters." in answer.text
    assert "long long" in answer.text


@pytest.mark.parametrize(
    ("login", "of", "status"),
    [("trainee", "trainee-b", 404), ("centre", "trainee-b", 403), ("trainee", "trainee", 409)],
)
def test_asking_what_is_not_ones_to_ask_is_refused(app, signed_in, today, login: str, of: str, status: int) -> None:
    an_assessment()
    answer = signed_in(login).post(f"/results/{candidate_of(of).id}/reassessment", data={})
    assert answer.status_code == status


@pytest.fixture
def request_id(app, actor) -> int:
    """A request that waits for the centre."""
    an_assessment()
    return reassessment.ask(actor("trainee-b"), candidate_of("trainee-b").id, reason="I was ill.", now=SOON).id


def decision(**changes: str) -> dict[str, str]:
    return {"level": "centre", "decision": "accept", "reason": "Was ill, note seen", **changes}


def test_a_request_is_decided_on_its_page_and_a_second_click_does_nothing(signed_in, request_id: int) -> None:
    browser = signed_in("centre")
    assert "I was ill." in browser.get(f"/reassessments/{request_id}").text
    for _ in range(2):
        assert browser.post(f"/reassessments/{request_id}", data=decision()).status_code == 302
    assert db.session.query(ReassessmentStepRow).count() == 1
    page = browser.get(f"/reassessments/{request_id}").text
    assert "Waits for the agency" in page
    assert 'name="decision"' not in page
    assert "Trainee B" in browser.get("/reassessments").text


@pytest.mark.parametrize("changes", [{"reason": ""}, {"reason": "abc"}, {"decision": "perhaps"}, {"level": "trainee"}])
def test_a_decision_that_lacks_something_is_not_made(signed_in, request_id: int, changes: dict[str, str]) -> None:
    answer = signed_in("centre").post(f"/reassessments/{request_id}", data=decision(**changes))
    assert answer.status_code == 422
    assert db.session.query(ReassessmentStepRow).count() == 0


@pytest.mark.parametrize(
    ("login", "status"), [("centre2", 404), ("agency2", 404), ("council2", 404), ("agency", 403), ("trainee-b", 403)]
)
def test_strangers_decide_nothing(signed_in, request_id: int, login: str, status: int) -> None:
    assert signed_in(login).post(f"/reassessments/{request_id}", data=decision()).status_code == status
    assert db.session.query(ReassessmentStepRow).count() == 0


def test_the_council_is_led_to_planning_when_all_have_accepted(signed_in, request_id: int) -> None:
    for level in ("centre", "agency", "council"):
        signed_in(level).post(f"/reassessments/{request_id}", data=decision(level=level))
    page = signed_in("council").get(f"/reassessments/{request_id}").text
    assert "/assessments/new" in page
    assert "/assessments/new" not in signed_in("agency").get(f"/reassessments/{request_id}").text


def test_a_result_by_every_rule_shows_both_aggregates_the_one_that_decides_and_whose_rule_it_is(
    app, signed_in, today
) -> None:
    publish_every_rule()
    an_assessment(shares={"trainee": Fraction(3, 4), "trainee-b": Fraction(139, 200)})
    page = unescape(result_page(signed_in, "trainee", "trainee").text)
    assert 'Groups of units by weight</dt><dd class="num">75 % <span class="quiet">this decides' in page
    assert "Grade: B" in page
    assert "Decided by the rule of “Council protocol 2021”" in page
    assert "Component viva of unit ASC/N1105: 30 of 40 is 75 %, needs 40 % · reached" in page
    assert "Critical, ASC/N0003#PC1" in page
    close = unescape(result_page(signed_in, "trainee-b", "trainee-b").text)
    assert "each counted by its weight: 69.50 %, rounded to 70 %, needs 70 % · reached" in close
    assert "Competent" in close


def test_the_mark_sheet_says_the_rule_and_the_percentage_that_decides(app, signed_in) -> None:
    publish_every_rule()
    row = an_assessment(state=AssessmentState.APPROVED)
    page = unescape(signed_in("council").get(f"/assessments/{row.id}/marks").text)
    assert "To pass at level 4: at least 70 % of the percentages of groups of units" in page
    assert "There are 560 marks in all." in page
