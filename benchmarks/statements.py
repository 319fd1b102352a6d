"""How many statements each page sends to the database, as each role, on a world that is small or large."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import event

from lms.extensions import db
from lms.permissions import PUBLIC
from lms.services.accounts import actor_of
from lms.tables.people import PersonRow
from tests import world
from tests.crowd import Crowd
from tests.lms.web.addresses import address, mark_of, rules

NOBODY = "nobody"
WHO = ("admin", "council", "agency", "assessor", "centre", "trainer", "trainee", NOBODY)
# What differs from stage to stage of an assessment.
STAGED = {"assessment_id", "attempt_id", "candidate_id", "mock_id", "sheet_id"}
# By page (its route, and the stage of the assessment where there are several) and role.
Counts = Mapping[tuple[str, str], int]


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements that the site sends meanwhile; beginning and ending a transaction are not counted."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def addresses(app: Flask, filled: Crowd, login: str) -> Iterator[tuple[str, str]]:
    """What a role can open: the name of each page and an address of it, one for each stage that differs there."""
    if login == NOBODY:
        allowed: frozenset[object] = frozenset({PUBLIC})
    else:
        with app.app_context():
            allowed = frozenset(actor_of(db.session.query(PersonRow).filter_by(login=login).one()).permissions)
    for rule, method in rules(app):
        if method != "GET" or mark_of(app, rule) not in allowed:
            continue
        name = re.sub(r"<(?:\w+:|any\([^)]*\):)?(\w+)>", r"<\1>", rule.rule)
        # A draft of an upload has no row, so no stage has it: its address is a hash of what was uploaded.
        stages = [stage for stage, things in filled.things.items() if rule.arguments <= {*things, "act", "kind"}]
        if rule.arguments & STAGED:
            yield from ((f"{name} {stage}", address(app, rule, filled.things[stage])) for stage in stages)
        elif stages:
            yield name, address(app, rule, filled.things[stages[-1]])


def counts_of(app: Flask, filled: Crowd) -> Counts:
    """The statements of every page that each role can open; pages that are refused are left out."""
    counts = {}
    for login in WHO:
        browser = app.test_client()
        if login != NOBODY:
            browser.post("/sign-in", data={"login": login, "password": world.PASSWORD})
        for page, found in addresses(app, filled, login):
            with counted(app) as sent:
                status = browser.get(found).status_code
            if status < 400:
                counts[page, login] = len(sent)
    return counts
