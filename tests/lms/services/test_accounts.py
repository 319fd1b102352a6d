"""Signing in, locking out, ending sessions."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from lms.extensions import db
from lms.services import accounts, people
from lms.tables.people import PersonRow, Standing
from tests import world
from tests.conftest import BOTH, HASHER

NOW = world.DAY


def try_to_sign_in(login: str, password: str = world.PASSWORD, after: timedelta = timedelta()) -> str:
    return accounts.sign_in(login, password, device="a test", now=NOW + after)


@pytest.fixture
def own_hasher(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords kept and compared as the site does it, which takes its time."""
    monkeypatch.setattr(accounts, "HASHER", HASHER)


def test_a_password_is_kept_so_that_each_guess_costs_memory_and_time(own_hasher) -> None:
    kept = accounts.hash_password(world.PASSWORD)
    assert kept.startswith("$argon2id$v=19$m=12288,t=3,p=1$")
    assert HASHER.verify(kept, world.PASSWORD)


@BOTH
def test_a_right_password_opens_a_session_and_signing_out_ends_it(app) -> None:
    token = try_to_sign_in("trainee")
    session = accounts.find_session(token)
    assert session.person.login == "trainee"
    accounts.sign_out(session.id, now=NOW)
    assert accounts.find_session(token) is None


@pytest.mark.parametrize("login", ["trainee", "nobody"])
def test_a_wrong_password_and_an_unknown_name_are_refused_in_the_same_words(app, login: str) -> None:
    with pytest.raises(accounts.SignInRefused, match="The user name or the password is wrong"):
        try_to_sign_in(login, "not it")


@BOTH
def test_eight_wrong_passwords_lock_the_account_for_ten_minutes(app) -> None:
    for _ in range(accounts.MAX_FAILED):
        with pytest.raises(accounts.SignInRefused):
            try_to_sign_in("trainee", "not it")
    with pytest.raises(accounts.SignInRefused, match="Try again in 10 minutes"):
        try_to_sign_in("trainee", after=timedelta(seconds=1))
    assert try_to_sign_in("trainee", after=accounts.LOCKED_FOR)


def test_a_suspended_person_is_signed_out_and_cannot_sign_in(app, actor) -> None:
    token = try_to_sign_in("trainer")
    trainer = db.session.query(PersonRow).filter_by(login="trainer").one()
    people.set_person_standing(actor("centre"), trainer.id, Standing.SUSPENDED, why="left the centre", now=NOW)
    assert accounts.find_session(token) is None
    with pytest.raises(accounts.SignInRefused, match="suspended"):
        try_to_sign_in("trainer")


def test_people_of_a_suspended_organisation_cannot_sign_in_until_it_is_restored(app, actor) -> None:
    agency = next(row for row in people.list_organisations(actor("council")) if row.code == "AA-1")
    people.set_organisation_standing(actor("council"), agency.id, Standing.SUSPENDED, why="contract ended", now=NOW)
    with pytest.raises(accounts.SignInRefused):
        try_to_sign_in("agency")
    people.set_organisation_standing(actor("council"), agency.id, Standing.ACTIVE, why="contract renewed", now=NOW)
    assert try_to_sign_in("agency")


def test_a_new_password_ends_every_other_session_and_keeps_this_one(app, actor) -> None:
    here, elsewhere = try_to_sign_in("trainee"), try_to_sign_in("trainee")
    this = accounts.find_session(here).id
    accounts.change_password(actor("trainee"), world.PASSWORD, "three small words", session_id=this, now=NOW)
    assert accounts.find_session(here) is not None
    assert accounts.find_session(elsewhere) is None


@BOTH
def test_many_guesses_at_once_are_no_more_guesses(app, own_hasher) -> None:
    trainee = db.session.query(PersonRow).filter_by(login="trainee").one()
    trainee.password_hash = accounts.hash_password(world.PASSWORD)
    db.session.commit()

    def guess(_: int) -> str:
        with app.app_context(), pytest.raises(accounts.SignInRefused) as refusal:
            try_to_sign_in("trainee", "not it")
        return refusal.value.words.template

    with ThreadPoolExecutor(24) as pool:
        words = Counter(pool.map(guess, range(24)))
    assert words["The user name or the password is wrong."] == accounts.MAX_FAILED
    with pytest.raises(accounts.SignInRefused, match="Try again in 10 minutes"):
        try_to_sign_in("trainee")


def test_a_right_password_forgets_the_wrong_ones_before_it(app) -> None:
    for _ in range(3):
        for _ in range(accounts.MAX_FAILED - 1):
            with pytest.raises(accounts.SignInRefused, match="is wrong"):
                try_to_sign_in("trainee", "not it")
        assert try_to_sign_in("trainee")
