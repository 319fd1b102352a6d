"""Being assessed again: who may ask, until when, from when it can be held, and every reason why not."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from assessments.model import ReassessmentPolicy
from assessments.results import Outcome
from assessments.words import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class ReassessmentCheck:
    """Whether a candidate may ask to be assessed again, with all reasons and, where it can be allowed, the dates.

    It can be held from `hold_from` to `hold_by`, both days included; `hold_from` is None where no days must pass.
    """

    allowed: bool
    reasons: tuple[Message, ...]
    apply_by: date | None
    hold_by: date | None
    hold_from: date | None = None

    def may_be_held(self, day: date) -> bool:
        """Whether the assessment can be held on that day."""
        return self.hold_by is not None and (self.hold_from or day) <= day <= self.hold_by


def may_ask(
    policy: ReassessmentPolicy, outcome: Outcome, attempt_number: int, released_on: date, today: date
) -> ReassessmentCheck:
    """Whether a candidate whose attempt of that number (from 1) had that outcome may ask for another one today.

    Days count from the day the result was released; the last day is included.
    """
    apply_by = released_on + timedelta(days=policy.apply_within_days)
    hold_by = released_on + timedelta(days=policy.hold_within_days)
    refusals = tuple(_refusals(policy, outcome, attempt_number, today, apply_by))
    hold_from = released_on + timedelta(days=policy.cooling_off_days) if policy.cooling_off_days else None
    asked = Message("Reassessment can be asked for until %(date)s.", {"date": apply_by})
    held = Message("It is to be held by %(date)s.", {"date": hold_by})
    if hold_from is not None:
        held = Message("It is to be held from %(first)s to %(date)s.", {"first": hold_from, "date": hold_by})
    final = _outcome_refusal(policy, outcome) is not None or attempt_number >= policy.max_attempts
    return ReassessmentCheck(
        allowed=not refusals,
        reasons=refusals or (asked, held),
        apply_by=None if final else apply_by,
        hold_by=None if final else hold_by,
        hold_from=None if final else hold_from,
    )


def _refusals(
    policy: ReassessmentPolicy, outcome: Outcome, attempt_number: int, today: date, apply_by: date
) -> Iterator[Message]:
    if refusal := _outcome_refusal(policy, outcome):
        yield refusal
    if attempt_number >= policy.max_attempts:
        facts = {"attempts": str(policy.max_attempts)}
        yield Message("All attempts have been used: the scheme allows %(attempts)s.", facts)
    if today > apply_by:
        yield Message("Reassessment had to be asked for by %(date)s.", {"date": apply_by})


def _outcome_refusal(policy: ReassessmentPolicy, outcome: Outcome) -> Message | None:
    if outcome is Outcome.NOT_YET_COMPETENT:
        return None
    if outcome is Outcome.ABSENT and policy.absent_may:
        return None
    if outcome is Outcome.DROPPED_OUT and policy.dropped_out_may:
        return None
    return _REFUSED[outcome]


_REFUSED = {
    Outcome.COMPETENT: Message("The candidate is competent; there is nothing to assess again."),
    Outcome.ABSENT: Message("The scheme gives absent candidates no reassessment."),
    Outcome.DROPPED_OUT: Message("The scheme gives candidates who dropped out no reassessment."),
    Outcome.DISQUALIFIED: Message("A disqualified candidate cannot be assessed again."),
    Outcome.WITHHELD: Message("The result is withheld; it must be settled first."),
}
