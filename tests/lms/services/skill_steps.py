"""Steps of tests on judged levels: who is served, and a judgement as an assessor makes it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from lms.extensions import db
from lms.permissions import Actor
from lms.services import judging
from lms.services.judging import Judgement
from lms.tables.assessing import AssessmentRow
from lms.tables.people import PersonRow
from lms.tables.skills import SkillJudgementRow
from tests.lms.services import assessing_steps as steps
from tests.world import DAY

AFTER = DAY + timedelta(days=30)
SKILL = "SSUP"


def person(login: str) -> PersonRow:
    """One of the world's people."""
    return db.session.query(PersonRow).filter_by(login=login).one()


def served(actor: Callable[[str], Actor]) -> AssessmentRow:
    """An assessment that the first agency has accepted: from then on it serves the first centre."""
    return steps.accepted(actor)


def judged(actor: Callable[[str], Actor], login: str = "trainee", level: int = 3, **said: Any) -> SkillJudgementRow:
    """A judgement of the first assessor, on what they describe."""
    given = {
        "level": level,
        "reasons": "Worked a whole morning at the desk.",
        "linked": (),
        "described": ["Wrote a quote for twelve chairs."],
        "seen": 0,
        "corrects": False,
        "language": "en",
        "key": "judgement-1",
    }
    now = said.pop("now", AFTER)
    return judging.judge(actor("assessor"), person(login).id, SKILL, Judgement(**{**given, **said}), now=now)
