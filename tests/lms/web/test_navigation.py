"""The navigation: which entry a page is marked as belonging to."""

import re

import pytest

from lms.permissions import Actor, Grant
from lms.tables.people import Role
from lms.web.navigation import current, navigation

DIGEST = "0" * 64


def word_at(app, role: Role, here: str) -> str:
    """The word of the entry that is marked for a role on a page; empty where none is."""
    actor = Actor(person_id=1, name="Asha", grants=(Grant(role=role, organisation_id=1),))
    with app.test_request_context():
        entry = current(navigation(actor), here)
        return str(entry.word) if entry else ""


@pytest.mark.parametrize(
    ("role", "here", "word"),
    [
        (Role.COUNCIL_STAFF, "/", "Home"),
        (Role.COUNCIL_STAFF, "/packs", "Packs"),
        (Role.COUNCIL_STAFF, "/packs/1/marks", "Packs"),
        (Role.COUNCIL_STAFF, f"/marks-sheets/{DIGEST}", "Packs"),
        (Role.COUNCIL_STAFF, "/schemes/1/edit", "Packs"),
        (Role.COUNCIL_STAFF, f"/lessons/drafts/{DIGEST}", "Packs"),
        (Role.COUNCIL_STAFF, "/rulings/1", "Packs"),
        (Role.COUNCIL_STAFF, "/appeals/1", "Assessments"),
        (Role.AGENCY_STAFF, "/reassessments", "Assessments"),
        (Role.CENTRE_STAFF, "/results/1", "Assessments"),
        (Role.TRAINEE, "/results/1", "Results"),
        (Role.TRAINEE, "/certificates/1", "Results"),
        (Role.TRAINEE, "/practice/pack-1", "Learn"),
        (Role.TRAINEE, "/mock/exams/1/result", "Learn"),
        (Role.TRAINEE, "/coursework", "Home"),
        (Role.TRAINER, "/learn/1", "Lessons"),
        (Role.TRAINEE, "/account/password", ""),
        (Role.COUNCIL_STAFF, "/packsaddle", ""),
    ],
)
def test_a_page_is_marked_as_part_of_the_entry_it_belongs_to(app, role: Role, here: str, word: str) -> None:
    assert word_at(app, role, here) == word


@pytest.mark.parametrize(("address", "target"), [("/schemes/1", "/packs"), ("/packs/1/marks", "/packs"), ("/", "/")])
def test_one_entry_is_the_current_place_on_the_page(signed_in, address: str, target: str) -> None:
    page = signed_in("council").get(address).text
    assert re.findall(r'<a href="([^"]*)" aria-current="page">', page) == [target]
