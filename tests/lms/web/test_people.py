"""Pages of organisations and people: adding, suspending, slips, and whose things they are."""

import re

import pytest

from lms.extensions import db
from lms.tables.history import HistoryRow
from lms.tables.people import OrganisationRow, PersonRow, RoleGrantRow
from tests import world


def person(login: str) -> PersonRow:
    return db.session.query(PersonRow).filter_by(login=login).one()


def organisation(code: str) -> OrganisationRow:
    return db.session.query(OrganisationRow).filter_by(code=code).one()


def new_person(**given: str) -> dict[str, str]:
    facts = {
        "name": "Meera Nair",
        "login": "meera.nair",
        "role": "trainer",
        "organisation": str(organisation("TC-1").id),
    }
    return facts | given


def test_the_council_adds_a_centre_and_sees_its_history(signed_in) -> None:
    browser = signed_in("council")
    answer = browser.post("/organisations/new", data={"kind": "centre", "name": "Pragati Centre", "code": "tc-9"})
    page = browser.get(answer.headers["Location"]).text
    assert "Pragati Centre" in page
    assert "added the organisation" in page
    assert organisation("TC-9").council_id == organisation("ASC").id


def test_a_code_that_is_taken_is_told_beside_the_field_and_what_was_typed_is_kept(signed_in) -> None:
    answer = signed_in("council").post("/organisations/new", data={"kind": "centre", "name": "Other", "code": "TC-1"})
    assert answer.status_code == 409
    assert "The code TC-1 is taken" in answer.text
    assert 'value="Other"' in answer.text


def test_people_are_found_by_a_part_of_their_name_or_user_name(signed_in) -> None:
    browser = signed_in("centre")
    browser.post("/people/new", data=new_person())
    for text in ("meera", "NAIR", "a.n"):
        assert "Meera Nair" in browser.get("/people", query_string={"text": text}).text
    for facts in ({"text": "%"}, {"text": "nobody"}, {"text": "meera", "role": "trainee"}):
        assert "Meera Nair" not in browser.get("/people", query_string=facts).text


@pytest.mark.parametrize("name", ["null", "N/A", "xxxxx", "  -  "])
def test_a_name_that_only_stands_for_one_is_refused(signed_in, name: str) -> None:
    answer = signed_in("centre").post("/people/new", data=new_person(name=name))
    assert answer.status_code == 422
    assert db.session.query(PersonRow).filter_by(login="meera.nair").count() == 0


def test_a_new_person_gets_a_slip_and_must_choose_a_password_of_their_own(app, signed_in) -> None:
    slip = signed_in("centre").post("/people/new", data=new_person()).text
    login, password = re.findall(r'class="slip-code">([^<]+)<', slip)
    browser = app.test_client()
    browser.post("/sign-in", data={"login": login, "password": password})
    assert browser.get("/").headers["Location"] == "/account/password"
    browser.post("/account/password", data={"old": password, "new": "three small words", "again": "three small words"})
    assert browser.get("/").status_code == 200


def once_of(page: str) -> str:
    """What the page gave its form."""
    return re.search(r'name="once"[^>]* value="([^"]+)"', page).group(1)


def slip_of(page: str) -> list[str]:
    return re.findall(r'class="slip-code">([^<]+)<', page)


def test_a_double_click_on_add_adds_one_person_and_shows_one_slip_twice(app, signed_in) -> None:
    browser = signed_in("centre")
    data = new_person(once=once_of(browser.get("/people/new").text))
    slips = [slip_of(browser.post("/people/new", data=data).text) for _ in range(2)]
    assert slips[0] == slips[1]
    assert slips[0][0] == "meera.nair"
    assert db.session.query(PersonRow).filter_by(login="meera.nair").count() == 1
    answer = app.test_client().post("/sign-in", data=dict(zip(("login", "password"), slips[0], strict=True)))
    assert answer.status_code == 302


def test_a_user_name_that_somebody_else_took_is_refused(signed_in) -> None:
    browser = signed_in("centre")
    statuses = []
    for name in ("Meera Nair", "Meera Nambiar"):
        data = new_person(name=name, once=once_of(browser.get("/people/new").text))
        statuses.append(browser.post("/people/new", data=data).status_code)
    assert statuses == [200, 409]


def test_a_double_click_on_new_slip_makes_one_slip_that_works(app, signed_in) -> None:
    browser = signed_in("centre")
    address = f"/people/{person('trainer').id}"
    once = once_of(browser.get(address).text)
    first, second = (slip_of(browser.post(f"{address}/slip", data={"once": once}).text) for _ in range(2))
    assert first == second
    assert browser.get(address).text.count("made a new sign-in slip") == 1
    other = slip_of(browser.post(f"{address}/slip", data={"once": once_of(browser.get(address).text)}).text)
    assert other != first
    answer = app.test_client().post("/sign-in", data=dict(zip(("login", "password"), other, strict=True)))
    assert answer.status_code == 302


def test_a_double_click_on_add_adds_one_organisation_and_shows_it_twice(signed_in) -> None:
    browser = signed_in("council")
    data = {"kind": "centre", "name": "Pragati Centre", "code": "tc-9"}
    places = [browser.post("/organisations/new", data=data).headers["Location"] for _ in range(2)]
    assert places[0] == places[1]
    assert browser.get(places[0]).text.count("added the organisation") == 1


@pytest.mark.parametrize(
    ("login", "role"), [("centre", "agency_staff"), ("centre", "administrator"), ("agency", "council_staff")]
)
def test_nobody_gives_a_role_that_their_organisation_does_not_have(signed_in, login: str, role: str) -> None:
    assert signed_in(login).post("/people/new", data=new_person(role=role)).status_code in {403, 422}
    assert db.session.query(RoleGrantRow).filter_by(role=role).count() == sum(
        held == role for held, _ in world.STAFF.values()
    )


def test_a_role_that_does_not_fit_is_told_beside_the_role_with_those_that_do(signed_in) -> None:
    agency = str(organisation("AA-1").id)
    answer = signed_in("council").post("/people/new", data=new_person(role="trainer", organisation=agency))
    assert answer.status_code == 403
    assert "It can have: Agency staff, Assessor." in answer.text.partition('id="role-errors"')[2].partition("</p>")[0]


def test_the_new_password_is_asked_for_twice(signed_in) -> None:
    page = signed_in("council").get("/account/password").text
    assert "optional" not in page


def test_a_centre_cannot_add_people_to_another_centre(signed_in) -> None:
    answer = signed_in("centre").post("/people/new", data=new_person(organisation=str(organisation("TC-2").id)))
    assert answer.status_code in {404, 422}
    assert db.session.query(PersonRow).filter_by(login="meera.nair").count() == 0


def test_a_new_slip_ends_the_old_password_and_every_session(app, signed_in) -> None:
    trainee = signed_in("trainee")
    slip = signed_in("centre").post(f"/people/{person('trainee').id}/slip").text
    assert trainee.get("/").headers["Location"] == "/sign-in"
    _, password = re.findall(r'class="slip-code">([^<]+)<', slip)
    browser = app.test_client()
    assert browser.post("/sign-in", data={"login": "trainee", "password": world.PASSWORD}).status_code == 401
    assert browser.post("/sign-in", data={"login": "trainee", "password": password}).status_code == 302


def test_nobody_makes_a_slip_for_themselves_which_would_spare_them_the_present_password(signed_in) -> None:
    browser = signed_in("centre")
    address = f"/people/{person('centre').id}"
    assert "/slip" not in browser.get(address).text
    assert browser.post(f"{address}/slip").status_code == 403
    assert signed_in("centre").get("/").status_code == 200


def test_suspending_needs_a_reason_and_twice_is_once(signed_in) -> None:
    browser, place = signed_in("council"), organisation("AA-1").id
    browser.post(f"/organisations/{place}/suspend", data={"why": ""})
    assert organisation("AA-1").standing == "active"
    for _ in range(2):
        browser.post(f"/organisations/{place}/suspend", data={"why": "contract ended"})
    assert organisation("AA-1").standing == "suspended"
    assert db.session.query(HistoryRow).filter_by(thing="organisation", thing_id=place, what="suspended").count() == 1


def test_a_name_with_markup_is_shown_as_it_was_typed(signed_in) -> None:
    browser = signed_in("centre")
    browser.post("/people/new", data=new_person(name="<script>alert(1)</script> Rao"))
    page = browser.get(f"/people/{person('meera.nair').id}").text
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


def test_a_signed_out_visitor_is_taken_back_to_where_they_wanted_to_go(client) -> None:
    assert client.get("/organisations").headers["Location"] == "/sign-in"
    answer = client.post("/sign-in", data={"login": "council", "password": world.PASSWORD})
    assert answer.headers["Location"] == "/organisations"


@pytest.mark.parametrize(
    "back",
    [
        "//evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/\\evil.example",
        "/\t/evil.example",
        "/\n/a.b",
        "",
    ],
)
def test_preferences_never_lead_off_the_site(client, back: str) -> None:
    assert client.post("/account/preferences", data={"theme": "dark", "back": back}).headers["Location"] == "/"
