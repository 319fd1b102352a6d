"""A demo lets anybody sign in at once as its simulated people; any other site does not know of such a thing."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms.extensions import db
from lms.services import demo_visitors
from lms.services.demo_visitors import PARTS, Part
from lms.tables.people import PersonRow, Standing, UserSessionRow
from tests.world import DAY

LOGINS = {Part.COUNCIL: "council", Part.AGENCY: "agency", Part.LEARNER: "trainee"}
SIMULATED = "all people and results in it are simulated"


def simulate(*logins: str) -> None:
    db.session.query(PersonRow).filter(PersonRow.login.in_(logins)).update({"is_simulated": True})
    db.session.commit()


@pytest.fixture
def demo(app: Flask) -> Flask:
    """The world, marked as a demo that offers three of its people."""
    simulate(*LOGINS.values())
    demo_visitors.begin("a seed", now=DAY)
    demo_visitors.finish(LOGINS, now=DAY)
    return app


def visit(browser: FlaskClient, login: str) -> int:
    return browser.post("/demo/sign-in", data={"login": login}).status_code


def open_sessions() -> list[str]:
    return [row.person.login for row in db.session.query(UserSessionRow).filter_by(ended_at=None)]


def test_the_sign_in_page_of_a_demo_offers_each_of_its_people_with_a_sentence(demo: Flask, client) -> None:
    page = client.get("/sign-in").text
    assert re.findall(r'<button class="role" name="login" value="([^"]+)"', page) == list(LOGINS.values())
    for part in LOGINS:
        assert all(words.template in page for words in PARTS[part])
    assert SIMULATED in page


def test_one_button_signs_in(demo: Flask, client) -> None:
    answer = client.post("/demo/sign-in", data={"login": "agency"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert client.get("/assessments").status_code == 200


def test_a_visitor_goes_on_in_the_language_of_the_page_with_the_button(demo: Flask, client) -> None:
    client.post("/account/preferences", data={"language": "pl"})
    visit(client, "agency")
    assert '<html lang="pl"' in client.get("/").text
    client.post("/account/preferences", data={"language": "hi"})
    visit(client, "trainee")
    assert '<html lang="hi"' in client.get("/").text
    client.post("/sign-out")
    client.post("/demo/sign-in", data={"login": "council"}, headers={"Accept-Language": "pl"})
    assert '<html lang="pl"' in client.get("/").text


def test_who_signed_in_on_a_demo_can_change_to_another_role_and_leaves_the_first(demo: Flask, client) -> None:
    visit(client, "agency")
    page = client.get("/").text
    assert SIMULATED in page
    offered = re.findall(r'<button name="login" value="([^"]+)"', page)
    assert offered == ["council", "trainee"]
    assert visit(client, "council") == 302
    assert open_sessions() == ["council"]
    assert client.get("/exports").status_code == 200


def test_a_site_that_is_no_demo_offers_nothing_and_has_no_such_address(app: Flask, client) -> None:
    simulate(*LOGINS.values())
    page = client.get("/sign-in").text
    assert "/demo/" not in page
    assert "simulated" not in page
    assert [visit(client, login) for login in LOGINS.values()] == [404] * 3
    assert open_sessions() == []


def test_a_demo_that_was_broken_off_offers_nobody(app: Flask, client) -> None:
    simulate(*LOGINS.values())
    demo_visitors.begin("a seed", now=DAY)
    assert "/demo/" not in client.get("/sign-in").text
    assert visit(client, "council") == 404


@pytest.mark.parametrize("login", ["admin", "centre", "nobody", ""])
def test_a_demo_lets_in_nobody_whom_it_does_not_offer(demo: Flask, client, login: str) -> None:
    simulate("admin", "centre")
    assert visit(client, login) == 404
    assert open_sessions() == []


def test_a_real_person_is_let_in_without_a_password_on_no_site(demo: Flask, client) -> None:
    db.session.query(PersonRow).filter_by(login="council").update({"is_simulated": False})
    db.session.commit()
    assert visit(client, "council") == 404
    assert open_sessions() == []


def test_a_refused_change_of_role_leaves_one_signed_in(demo: Flask, client) -> None:
    visit(client, "agency")
    assert visit(client, "admin") == 404
    assert open_sessions() == ["agency"]


def test_a_real_person_on_a_demo_is_offered_no_other_role(demo: Flask, signed_in) -> None:
    assert "/demo/" not in signed_in("centre").get("/").text


def test_signing_in_at_once_needs_the_token_of_the_page(demo: Flask, client) -> None:
    demo.config["WTF_CSRF_ENABLED"] = True
    assert visit(client, "council") == 400
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in").text).group(1)
    assert client.post("/demo/sign-in", data={"login": "council", "csrf_token": token}).status_code == 302


def test_it_cannot_be_opened_by_a_link(demo: Flask, client) -> None:
    assert client.get("/demo/sign-in?login=council").status_code == 405


def test_somebody_suspended_by_another_visitor_is_refused_in_words(demo: Flask, client) -> None:
    db.session.query(PersonRow).filter_by(login="agency").update({"standing": Standing.SUSPENDED})
    db.session.commit()
    answer = client.post("/demo/sign-in", data={"login": "agency"})
    assert answer.status_code == 401
    assert "suspended" in answer.text


def test_a_new_slip_made_by_another_visitor_locks_nobody_out(demo: Flask, client) -> None:
    db.session.query(PersonRow).filter_by(login="agency").update({"must_change_password": True})
    db.session.commit()
    visit(client, "agency")
    assert client.get("/").status_code == 200


def test_a_name_and_a_password_still_sign_in_on_a_demo(demo: Flask, signed_in) -> None:
    assert signed_in("agency").get("/").status_code == 200
