"""The words and looks of job roles: how much of a line is covered, and where somebody stands with it."""

from flask_babel import lazy_gettext as _l

from assessments.role_readiness import READY_WORDS, Need, Ready
from curriculum.roles import Covers
from lms.web.filters import say

COVER = {Covers.WHOLE: _l("As a whole"), Covers.PART: _l("In part"), None: _l("By nothing here")}
COVER_LOOK = {Covers.WHOLE: "full", Covers.PART: "half", None: "out"}
READY_LOOK = {
    Ready.PROVED: "good",
    Ready.PARTLY: "full",
    Ready.PRACTISED: "half",
    Ready.WAITING: "wait",
    Ready.MISSING: "none",
    Ready.OUTSIDE: "out",
}
# What is wrong is never red here: who has not proved something yet has failed nothing.
READY_STATE = {Ready.PROVED: "good", Ready.WAITING: "wait"}


def cover_word(cover: Covers | None) -> str:
    """How much of a line is covered."""
    return str(COVER[cover])


def cover_look(cover: Covers | None) -> str:
    """The look of its square."""
    return COVER_LOOK[cover]


def ready_word(state: Ready) -> str:
    """Where somebody stands with a line."""
    return say(READY_WORDS[state])


def ready_look(state: Ready) -> str:
    """The look of its square."""
    return READY_LOOK[state]


def ready_state(state: Ready) -> str:
    """The look of its word."""
    return READY_STATE.get(state, "plain")


def need_name(name: str) -> str:
    """A criterion or a level as people read it: `RAS/Q0301-U3 PC4`."""
    return name.replace("#", " ")


def need_look(need: Need) -> str:
    """The look of a criterion's or a level's square."""
    return READY_LOOK[need.state]


_WORDS = (cover_word, cover_look, ready_word, ready_look, ready_state, need_name, need_look)
WORDS = {word.__name__: word for word in _WORDS}
