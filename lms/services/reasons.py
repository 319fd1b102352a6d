"""The reasons that a correction needs: those of rulings on items and of all steps of an appeal."""

from assessments.words import Message
from lms.services.errors import Faulty

MIN_REASON, MOST_REASON = 10, 1000


def checked_reason(reason: str) -> str:
    """The reason without outer blanks; raises Faulty for one that says too little or too much."""
    why = reason.strip()
    if not MIN_REASON <= len(why) <= MOST_REASON:
        facts = {"least": str(MIN_REASON), "most": str(MOST_REASON)}
        raise Faulty(Message("Give a reason of %(least)s to %(most)s characters.", facts))
    return why
