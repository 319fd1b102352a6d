"""Appeals: until when a candidate may ask that a released result be checked again, and by when it is answered."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from assessments.model import AssessmentScheme
from assessments.results import Outcome
from assessments.words import Message

# The rules read name no window of their own for an appeal. Reassessment has to be asked for within 15 days of the
# result, so an appeal that is answered before a candidate has to choose ends no later.
APPEAL_WITHIN_DAYS = 15
# The agency checks records that it has; the council needs two people after it.
AGENCY_DAYS = 5
COUNCIL_DAYS = 10

_NOTHING_TO_CHECK = (Outcome.ABSENT, Outcome.DROPPED_OUT)


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealCheck:
    """Whether an appeal can be made today, every reason why not, and the last day."""

    allowed: bool
    reasons: tuple[Message, ...]
    appeal_by: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealClock:
    """The days on which the agency's and the council's answers are due."""

    agency_by: date
    council_by: date


def may_appeal(scheme: AssessmentScheme, outcome: Outcome, seen_since: date, today: date) -> AppealCheck:
    """Whether a candidate may ask today that a result be checked again that could be seen since that day.

    The days count from the day after; the last one is included.
    """
    days = scheme.appeal_within_days
    appeal_by = seen_since + timedelta(days=APPEAL_WITHIN_DAYS if days is None else days)
    reasons = tuple(_refusals(outcome, today, appeal_by))
    return AppealCheck(allowed=not reasons, reasons=reasons, appeal_by=appeal_by)


def appeal_clock(asked_on: date) -> AppealClock:
    """By when an appeal is to be answered that was made on that day."""
    return AppealClock(
        agency_by=asked_on + timedelta(days=AGENCY_DAYS), council_by=asked_on + timedelta(days=COUNCIL_DAYS)
    )


def _refusals(outcome: Outcome, today: date, appeal_by: date) -> Iterator[Message]:
    if outcome in _NOTHING_TO_CHECK:
        yield Message("There are no marks to check again.")
    if today > appeal_by:
        yield Message("An appeal had to be made by %(date)s.", {"date": appeal_by})
