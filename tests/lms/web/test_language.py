"""Which language a page is in, and how days, figures and words inside a sentence are said in it."""

import re
from datetime import date
from fractions import Fraction

import pytest
from flask_babel import force_locale

from assessments.words import Message
from lms.catalogues import languages
from lms.extensions import db
from lms.services import history
from lms.tables.people import PersonRow
from lms.web.counted_words import COUNTED
from lms.web.filters import day, marks, say
from tests import world

HINDI_BROWSER = {"Accept-Language": "hi-IN,hi;q=0.9,en;q=0.5"}
SIGN_IN = {"en": "Sign in", "hi": "साइन इन करें", "pl": "Zaloguj się"}


def language_of(page: str) -> str:
    """What a page says its language is."""
    return page.split('<html lang="')[1].split('"', maxsplit=1)[0]


@pytest.mark.parametrize("language", languages())
def test_a_visitor_who_chose_a_language_sees_it(client, language: str) -> None:
    client.post("/account/preferences", data={"language": language})
    page = client.get("/sign-in").text
    assert language_of(page) == language
    assert SIGN_IN[language] in page


def test_a_browser_s_wish_is_followed_where_the_page_is_complete(client) -> None:
    page = client.get("/sign-in", headers=HINDI_BROWSER).text
    assert language_of(page) == "hi"
    assert SIGN_IN["hi"] in page


def test_a_browser_s_wish_does_not_lead_into_a_page_that_is_half_translated(client, monkeypatch) -> None:
    monkeypatch.setattr("lms.web.language.is_complete", lambda _endpoint, language: language == "en")
    page = client.get("/sign-in", headers=HINDI_BROWSER).text
    assert language_of(page) == "en"
    assert SIGN_IN["en"] in page


def test_a_refusal_is_said_in_the_language_that_the_browser_wishes(client) -> None:
    page = client.get("/nowhere", headers=HINDI_BROWSER)
    assert page.status_code == 404
    assert language_of(page.text) == "hi"
    assert "यहाँ कुछ नहीं है" in page.text


def test_an_unknown_wish_is_answered_in_english(client) -> None:
    assert language_of(client.get("/sign-in", headers={"Accept-Language": "ta, fr;q=0.8"}).text) == "en"


def test_a_choice_goes_before_the_browser_s_wish(client) -> None:
    client.post("/account/preferences", data={"language": "en"})
    assert language_of(client.get("/sign-in", headers=HINDI_BROWSER).text) == "en"


def test_who_chose_a_language_has_it_on_every_page_even_where_words_are_missing(signed_in) -> None:
    browser = signed_in("council")
    browser.post("/account/preferences", data={"language": "hi"})
    assert {language_of(browser.get(address).text) for address in ("/", "/packs", "/exports")} == {"hi"}


def test_a_language_chosen_to_sign_in_is_kept_for_the_person(client) -> None:
    client.post("/account/preferences", data={"language": "hi"})
    client.post("/sign-in", data={"login": "trainee", "password": world.PASSWORD})
    assert language_of(client.get("/").text) == "hi"
    assert db.session.query(PersonRow.language).filter_by(login="trainee").scalar() == "hi"


def test_signing_in_without_choosing_keeps_the_person_s_language(client) -> None:
    db.session.query(PersonRow).filter_by(login="trainee").one().language = "pl"
    db.session.commit()
    client.post("/sign-in", data={"login": "trainee", "password": world.PASSWORD}, headers=HINDI_BROWSER)
    assert language_of(client.get("/", headers=HINDI_BROWSER).text) == "pl"


@pytest.mark.parametrize(
    ("language", "said"), [("en", "3 Sep 2026"), ("hi", "3 सितंबर 2026"), ("pl", "3 września 2026")]
)
def test_a_day_is_written_as_the_language_writes_it_in_western_digits(app, language: str, said: str) -> None:
    with app.test_request_context(), force_locale(language):
        assert day(date(2026, 9, 3)) == said


@pytest.mark.parametrize(("language", "said"), [("en", "66.66"), ("hi", "66.66"), ("pl", "66,66")])
def test_marks_have_the_decimal_mark_of_the_language(app, language: str, said: str) -> None:
    with app.test_request_context(), force_locale(language):
        assert marks(Fraction(200, 3)) == said
        assert said in say(Message("To pass: at least %(percent)s %% of all marks.", {"percent": "66.66"}))


def test_words_and_days_inside_a_sentence_are_said_in_its_language(app) -> None:
    message = Message(
        "And at least %(percent)s %% of the %(component)s marks.", {"percent": "50", "component": Message("Theory")}
    )
    held = Message("It is to be held by %(date)s.", {"date": date(2026, 11, 26)})
    with app.test_request_context(), force_locale("hi"):
        assert say(message) == "और थ्योरी के अंकों में से कम से कम 50%।"
        assert say(held) == "इसे 26 नवंबर 2026 तक होना है।"
    assert str(message) == "And at least 50 % of the Theory marks."
    assert str(held) == "It is to be held by 2026-11-26."


def test_what_history_keeps_is_said_in_the_reader_s_language_later(app, actor) -> None:
    facts = {"field": Message("the language"), "old": "en", "new": "hi"}
    history.record(
        actor("centre"), "trainee", 1, Message("changed %(field)s from “%(old)s” to “%(new)s”", facts), now=world.DAY
    )
    db.session.commit()
    (row,) = history.list_history("trainee", 1)
    assert str(history.words_of(row)) == "changed the language from “en” to “hi”"


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", ("let 1 late answer count", "let 2 late answers count", "let 5 late answers count")),
        ("hi", ("ने देर से आया 1 उत्तर गिनने दिया", "ने देर से आए 2 उत्तर गिनने दिए", "ने देर से आए 5 उत्तर गिनने दिए")),
        ("pl", ("uznanie 1 spóźnionej odpowiedzi", "uznanie 2 spóźnionych", "uznanie 5 spóźnionych")),
    ],
)
def test_what_was_done_to_one_thing_is_not_told_as_of_many(app, language: str, told: tuple[str, ...]) -> None:
    with app.test_request_context(), force_locale(language):
        said = [say(Message("let %(answers)s late answers count", {"answers": str(number)})) for number in (1, 2, 5)]
    assert [words in line for words, line in zip(told, said, strict=True)] == [True] * 3


def test_every_sentence_that_counts_is_one_that_is_said(app) -> None:
    for many, how in COUNTED.items():
        message = Message(many, dict.fromkeys(re.findall(r"%\((\w+)\)s", many), "1"))
        assert how.number(message) == 1
        with app.test_request_context(), force_locale("en"):
            assert say(message) == how.one % message.facts
