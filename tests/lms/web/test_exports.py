"""The page of exports: choosing, counting, downloading."""

import re

import pytest

from lms.extensions import db
from lms.records.content import scheme_of
from lms.tables.history import HistoryRow
from tests.lms.released import an_assessment


def exports_told() -> int:
    return db.session.query(HistoryRow).filter(HistoryRow.what.startswith("exported")).count()


def test_the_council_sees_how_much_it_gets_and_gets_it(app, signed_in) -> None:
    row = an_assessment()
    lines = 4 * len(scheme_of(row.scheme_version).cells())
    browser = signed_in("council")
    assert f"4 candidates, {lines} lines" in browser.get("/exports").text
    for kind, start in (("xlsx", b"PK"), ("csv", b"\xef\xbb\xbfassessment,")):
        answer = browser.post(f"/exports/results.{kind}")
        assert answer.data.startswith(start)
        assert f".{kind}" in answer.headers["Content-Disposition"]
        answer.close()
    assert exports_told() == 2


def test_the_filters_stand_in_the_address_and_go_with_the_download(app, signed_in) -> None:
    row = an_assessment()
    cells = sum(cell.component == "theory" for cell in scheme_of(row.scheme_version).cells())
    browser = signed_in("council")
    page = browser.get("/exports?outcome=absent&component=theory&since=2026-11-07").text
    assert f"1 candidate, {cells} lines" in page
    assert '<option selected value="absent">' in page
    assert 'name="since" type="date" value="2026-11-07"' in page
    answer = browser.post("/exports/results.csv", data={"outcome": "absent", "component": "theory"})
    assert answer.text.count("\n") == cells + 1
    answer.close()


def test_what_was_released_last_is_one_click_away_and_marked_when_chosen(app, signed_in) -> None:
    row = an_assessment()
    browser = signed_in("council")
    address = f"/exports?batch={row.batch.code}"
    assert f'href="{address}">{row.batch.name}</a>' in browser.get("/exports").text
    assert f'href="{address}" aria-current="true">' in browser.get(address).text


def test_the_token_of_a_download_never_stands_in_the_address(app, signed_in) -> None:
    an_assessment()
    page = signed_in("council").get("/exports").text
    form = page.partition('<form method="get" action="/exports"')[2].partition("</form>")[0]
    assert 'formmethod="post" formaction="/exports/results.csv" name="csrf_token"' in form
    assert "<input" in form
    assert not re.search(r"<input[^>]*csrf_token", form)


def test_nothing_found_says_so_and_offers_no_file(app, signed_in) -> None:
    an_assessment()
    browser = signed_in("council")
    page = browser.get("/exports?since=2027-01-01").text
    assert "No released result matches these filters" in page
    assert "Download" not in page
    assert browser.post("/exports/results.csv", data={"since": "2027-01-01"}).status_code == 409
    assert exports_told() == 0


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("since=2026-11-09&until=2026-11-08", "This day is before the first one"),
        ("since=yesterday", "yesterday"),
        ("outcome=perhaps", "Not a valid choice"),
    ],
)
def test_filters_that_cannot_be_used_are_said_beside_their_field(app, signed_in, query: str, words: str) -> None:
    an_assessment()
    answer = signed_in("council").get(f"/exports?{query}")
    assert answer.status_code == 422
    assert words in answer.text


def test_another_councils_batch_cannot_be_chosen(app, signed_in) -> None:
    an_assessment()
    browser = signed_in("council2")
    assert "No results have been released yet" in browser.get("/exports").text
    assert browser.get("/exports?batch=B-TC-1").status_code == 422
    assert browser.post("/exports/results.csv").status_code == 409


@pytest.mark.parametrize("login", ["centre", "agency", "assessor", "trainer", "trainee", "admin"])
def test_exports_are_for_councils(app, signed_in, login: str) -> None:
    browser = signed_in(login)
    assert browser.get("/exports").status_code == 403
    assert browser.post("/exports/results.csv").status_code == 403


def test_exports_are_one_click_from_home(app, signed_in) -> None:
    assert 'href="/exports"' in signed_in("council").get("/").text
