"""Words that many pages use: roles, kinds of organisation, outcomes, states, and what was done to how many."""

from flask import flash
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from assessments.decisions import Outcome
from lms.tables.assessing import AssessmentState
from lms.tables.people import OrganisationKind, Role, Standing
from lms.web.owner_words import told

ROLE = {
    Role.TRAINEE: _l("Trainee"),
    Role.TRAINER: _l("Trainer"),
    Role.ASSESSOR: _l("Assessor"),
    Role.CENTRE_STAFF: _l("Centre staff"),
    Role.AGENCY_STAFF: _l("Agency staff"),
    Role.COUNCIL_STAFF: _l("Council or employer staff"),
    Role.ADMINISTRATOR: _l("Administrator"),
}
ORGANISATION = {
    OrganisationKind.COUNCIL: _l("Sector skill council or employer"),
    OrganisationKind.AGENCY: _l("Assessment agency"),
    OrganisationKind.CENTRE: _l("Training centre"),
}
STANDING = {Standing.ACTIVE: _l("Active"), Standing.SUSPENDED: _l("Suspended")}
OUTCOME = {
    Outcome.COMPETENT: _l("Competent"),
    Outcome.NOT_YET_COMPETENT: _l("Not yet competent"),
    Outcome.ABSENT: _l("Absent"),
    Outcome.DROPPED_OUT: _l("Dropped out"),
    Outcome.DISQUALIFIED: _l("Disqualified"),
    Outcome.WITHHELD: _l("Withheld"),
}
OUTCOME_LOOK = {Outcome.COMPETENT: "good", Outcome.NOT_YET_COMPETENT: "bad", Outcome.DISQUALIFIED: "bad"}
ASSESSMENT = {
    AssessmentState.PROPOSED: _l("Waiting for the agency"),
    AssessmentState.DECLINED: _l("Declined by the agency"),
    AssessmentState.ACCEPTED: _l("Accepted, papers not drawn"),
    AssessmentState.DRAWN: _l("Papers drawn"),
    AssessmentState.SUBMITTED: _l("Mark sheet submitted"),
    AssessmentState.VERIFIED: _l("Verified by the agency"),
    AssessmentState.APPROVED: _l("Approved by the council"),
    AssessmentState.RELEASED: _l("Results released"),
}
ASSESSMENT_LOOK = {
    AssessmentState.PROPOSED: "wait",
    AssessmentState.DECLINED: "bad",
    AssessmentState.RELEASED: "good",
}


def role_word(role: str, organisation: object = None) -> str:
    """The word for a role; beside the name of its organisation, which says whether that is a council or an employer."""
    if organisation and role == Role.COUNCIL_STAFF:
        return _("Staff")
    return str(ROLE[Role(role)])


def organisation_word(kind: str) -> str:
    """The word for a kind of organisation."""
    return str(ORGANISATION[OrganisationKind(kind)])


def standing_word(standing: str) -> str:
    """The word for a standing."""
    return str(STANDING[Standing(standing)])


def outcome_word(outcome: str) -> str:
    """The word for an outcome; `-` where there is none yet."""
    return str(OUTCOME[Outcome(outcome)]) if outcome else _("Not decided")


def outcome_look(outcome: str) -> str:
    """The look of an outcome's state: good, bad or plain."""
    return OUTCOME_LOOK.get(Outcome(outcome), "plain") if outcome else "wait"


def assessment_word(state: str) -> str:
    """The word for how far an assessment has come."""
    word = ASSESSMENT[AssessmentState(state)]
    return told("Approved by the council") if state == AssessmentState.APPROVED else str(word)


def assessment_look(state: str) -> str:
    """The look of an assessment's state."""
    return ASSESSMENT_LOOK.get(AssessmentState(state), "plain")


def level_word(level: str | None, is_employers: bool) -> str:
    """The level of a pack, or why it has none; empty where a council printed none."""
    return _("none: employer pack, not aligned to the NSQF") if is_employers else level or ""


def owner_word(is_employers: bool) -> str:
    """What to call the organisation whose pack it is."""
    return _("Employer") if is_employers else _("Council")


def tell_done(words: str, count: int) -> None:
    """Tell on the next page what was done to so many; where it was done to none that is no success."""
    flash(words, "done" if count else "info")


WORDS = {
    word.__name__: word
    for word in (
        role_word,
        organisation_word,
        standing_word,
        outcome_word,
        outcome_look,
        assessment_word,
        assessment_look,
        level_word,
        owner_word,
    )
}
