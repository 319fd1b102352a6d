"""The first administrator: made on the machine, with a password that works once and is then their own."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select

from lms.cli import main
from lms.extensions import db
from lms.services import accounts
from lms.tables.history import HistoryRow
from lms.tables.people import PersonRow, Role
from tests import world


@pytest.fixture
def site(app: Flask, database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Flask:
    """The test's site as the environment names it, which is how a command finds it."""
    monkeypatch.setenv("YOGYATA_INSTANCE", str(tmp_path))
    monkeypatch.setenv("YOGYATA_DATABASE_URL", database)
    return app


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["administrator", *words])


def password_in(ended: Result) -> str:
    assert ended.exit_code == 0, ended.output
    return ended.output.splitlines()[0].rpartition(" ")[2]


def person(login: str) -> PersonRow:
    db.session.rollback()
    return db.session.scalars(select(PersonRow).filter_by(login=login)).one()


def sign_in(login: str, password: str) -> str:
    return accounts.sign_in(login, password, device="a test", now=world.DAY)


def test_an_administrator_signs_in_with_the_printed_password_and_must_choose_another(site: Flask) -> None:
    password = password_in(run("add", "--login", "Meera.Nair", "--name", "Meera  Nair"))
    added = person("meera.nair")
    assert (added.name, added.must_change_password) == ("Meera Nair", True)
    assert [(grant.role, grant.organisation_id) for grant in added.grants] == [(Role.ADMINISTRATOR, None)]
    assert accounts.find_session(sign_in("meera.nair", password)) is not None
    acts = db.session.scalars(select(HistoryRow).filter_by(thing="person", thing_id=added.id)).all()
    assert [act.what for act in acts] == ["added the administrator from the command line"]


@pytest.mark.parametrize(
    ("login", "name", "words"),
    [
        ("admin", "Meera Nair", "The user name admin is taken"),
        ("ADMIN", "Meera Nair", "The user name admin is taken"),
        ("m n", "Meera Nair", "A user name has 3 to 40 letters"),
        ("meera", "null", "“null” is not a person’s name"),
    ],
)
def test_a_name_that_cannot_be_used_is_refused_in_one_line(site: Flask, login: str, name: str, words: str) -> None:
    ended = run("add", "--login", login, "--name", name)
    assert ended.exit_code == 1
    assert ended.output.startswith(f"Error: {words}")
    assert len(ended.output.splitlines()) == 1


def test_a_reset_ends_what_was_open_and_lets_the_administrator_in_again(site: Flask) -> None:
    token = sign_in("admin", world.PASSWORD)
    password = password_in(run("reset", "--login", "admin"))
    assert accounts.find_session(token) is None
    with pytest.raises(accounts.SignInRefused):
        sign_in("admin", world.PASSWORD)
    assert accounts.find_session(sign_in("admin", password)) is not None


def test_only_an_administrator_is_reset_from_the_machine(site: Flask) -> None:
    before = person("council").password_hash
    db.session.rollback()  # what this test reads must not hold up the command
    ended = run("reset", "--login", "council")
    assert ended.exit_code == 1
    assert ended.output == "Error: No administrator has the user name council.\n"
    assert person("council").password_hash == before


def test_a_database_without_tables_is_named_with_the_command_that_makes_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YOGYATA_INSTANCE", str(tmp_path))
    ended = run("add", "--login", "meera.nair", "--name", "Meera Nair")
    assert ended.exit_code == 1
    assert ended.output.endswith("If it has no tables yet: ./run database upgrade\n")
