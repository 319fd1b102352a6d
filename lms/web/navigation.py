"""The navigation of a role: at most five entries, and which of them a page belongs to."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for
from flask_babel import lazy_gettext as _l

from lms.permissions import Actor, Permission
from lms.tables.people import Role


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its endpoint, its word, and the permission that shows it.

    `also` is where addresses of its pages begin that do not begin as its own does.
    """

    endpoint: str
    word: str
    permission: Permission
    roles: frozenset[Role] = frozenset(Role)
    also: tuple[str, ...] = ()


_OF_RESULTS = ("/results", "/certificates", "/appeals", "/reassessments")
ENTRIES: tuple[Entry, ...] = (
    Entry("home.show", _l("Home"), Permission.ACCOUNT_USE, also=("/coursework",)),
    Entry(
        "learning.show_pack",
        _l("Learn"),
        Permission.LESSON_READ,
        frozenset({Role.TRAINEE}),
        also=("/practice", "/mock"),
    ),
    Entry("roles.list_roles", _l("Job roles"), Permission.ROLE_PREPARE, frozenset({Role.TRAINEE})),
    Entry("results.list_own", _l("Results"), Permission.RESULT_READ_OWN, also=_OF_RESULTS),
    Entry("training.list_batches", _l("Batches"), Permission.BATCH_READ, frozenset({Role.CENTRE_STAFF, Role.TRAINER})),
    Entry("learning.show_pack", _l("Lessons"), Permission.LESSON_READ, frozenset({Role.TRAINER})),
    Entry("marking.list_assessments", _l("Practicals"), Permission.PRACTICAL_SCORE),
    Entry(
        "assessing.list_assessments",
        _l("Assessments"),
        Permission.ASSESSMENT_READ,
        frozenset({Role.CENTRE_STAFF, Role.AGENCY_STAFF, Role.COUNCIL_STAFF}),
        also=_OF_RESULTS,
    ),
    Entry("people.list_organisations", _l("Organisations"), Permission.ORGANISATION_MANAGE),
    Entry(
        "people.list_people",
        _l("People"),
        Permission.PERSON_MANAGE,
        frozenset({Role.CENTRE_STAFF, Role.AGENCY_STAFF, Role.ADMINISTRATOR}),
    ),
    Entry(
        "curriculum.list_packs",
        _l("Packs"),
        Permission.PACK_READ,
        also=("/schemes", "/marks-sheets", "/lessons", "/rulings"),
    ),
    Entry(
        "skills.list_skills",
        _l("Skills"),
        Permission.SKILL_READ,
        frozenset({Role.TRAINEE, Role.ASSESSOR, Role.ADMINISTRATOR}),
    ),
    Entry("exports.show", _l("Exports"), Permission.RESULTS_EXPORT),
)


def navigation(actor: Actor) -> tuple[Entry, ...]:
    """What this person can go to, most used first."""
    return tuple(
        entry for entry in ENTRIES if actor.may(entry.permission) and any(actor.has(role) for role in entry.roles)
    )


def current(entries: Iterable[Entry], here: str) -> Entry | None:
    """The entry whose page is open, or one of the pages below it."""
    return next((entry for entry in entries if any(_is_in(place, here) for place in _places(entry))), None)


def _places(entry: Entry) -> tuple[str, ...]:
    return (url_for(entry.endpoint), *entry.also)


def _is_in(place: str, here: str) -> bool:
    return here == place or (place != "/" and here.startswith(f"{place}/"))
