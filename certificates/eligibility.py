"""Whether a result may become a certificate."""

from dataclasses import dataclass

from assessments.decisions import Outcome, Result
from assessments.results import STATUS_WORDS
from assessments.words import Message

NOT_YET_COMPETENT = Message("The result is not yet competent.")
NOT_RELEASED = Message("The council has not released the result.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligibility:
    """What stands against a certificate: nothing, or every reason at once."""

    reasons: tuple[Message, ...]

    @property
    def allowed(self) -> bool:
        """Whether nothing stands against it."""
        return not self.reasons


def may_be_certified(result: Result, released: bool) -> Eligibility:
    """Only a released result of a competent candidate is certified; conditions not met are named too.

    A result on sample marks may be certified: the certificate is then a specimen.
    """
    reasons = []
    if result.outcome is not Outcome.COMPETENT:
        reasons.append(STATUS_WORDS.get(result.outcome, NOT_YET_COMPETENT))
        reasons.extend(condition.words for condition in result.conditions if not condition.met)
    if not released:
        reasons.append(NOT_RELEASED)
    return Eligibility(reasons=tuple(reasons))
