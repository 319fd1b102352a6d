"""Where a batch or a trainee stands on the one way from enrolment to certificate. Pure: no queries, no clock."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from assessments.results import Outcome
from assessments.words import Message
from lms.tables.assessing import AssessmentState


class Stage(StrEnum):
    """The six steps, in order."""

    ENROLLED = "enrolled"
    TRAINED = "trained"
    ASSESSED = "assessed"
    VERIFIED = "verified"
    APPROVED = "approved"
    CERTIFIED = "certified"


class BatchState(StrEnum):
    """Where a batch stands, in one word for lists."""

    EMPTY = "empty"
    COMING = "coming"
    TRAINING = "training"
    TRAINED = "trained"
    ASSESSING = "assessing"
    RELEASED = "released"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the stepper: its word and whether it is `done`, `now`, `todo` or `failed`."""

    word: Message
    state: str


WORDS = {
    Stage.ENROLLED: Message("Enrolled"),
    Stage.TRAINED: Message("Trained"),
    Stage.ASSESSED: Message("Assessed"),
    Stage.VERIFIED: Message("Verified"),
    Stage.APPROVED: Message("Approved"),
    Stage.CERTIFIED: Message("Certified"),
}
NOT_REACHED = {
    Stage.TRAINED: Message("Dropped out"),
    Stage.ASSESSED: Message("Not assessed"),
    Stage.CERTIFIED: Message("Not certified"),
}
_ORDER = tuple(Stage)
# The step that an assessment in this state has done.
_DONE_BY = {
    AssessmentState.SUBMITTED: Stage.ASSESSED,
    AssessmentState.VERIFIED: Stage.VERIFIED,
    AssessmentState.APPROVED: Stage.APPROVED,
    AssessmentState.RELEASED: Stage.CERTIFIED,
}
# Where the way ends for now, by outcome; those who are not here go on.
_ENDS_AT = {
    Outcome.DROPPED_OUT: Stage.TRAINED,
    Outcome.ABSENT: Stage.ASSESSED,
    Outcome.DISQUALIFIED: Stage.ASSESSED,
    Outcome.NOT_YET_COMPETENT: Stage.CERTIFIED,
    Outcome.WITHHELD: Stage.CERTIFIED,
}


def steps_of(
    *,
    is_enrolled: bool,
    is_trained: bool,
    states: Collection[str] = (),
    outcome: str = "",
) -> list[Step]:
    """The stepper of a batch, or of one trainee.

    `states` are the states of the batch's assessments (the one that has come furthest counts), or of the one assessment
    of the trainee's newest attempt. `outcome` is a trainee's own, empty while none is released; what ends the way
    (dropped out, absent, not yet competent) is the failed step, and nothing after it is to do.
    """
    reached = reached_by(is_enrolled=is_enrolled, is_trained=is_trained, states=states)
    failed = _ENDS_AT.get(Outcome(outcome)) if outcome else None
    if failed is not None:
        last = _ORDER.index(failed)
        before = [_step(stage, "done") for stage in _ORDER[:last]]
        after = [_step(stage, "todo") for stage in _ORDER[last + 1 :]]
        return [*before, Step(word=NOT_REACHED[failed], state="failed"), *after]
    return [
        _step(stage, "done" if n < reached else "now" if n == reached else "todo") for n, stage in enumerate(_ORDER)
    ]


def reached_by(*, is_enrolled: bool, is_trained: bool, states: Collection[str]) -> int:
    """How many steps are done. What an assessment has done counts, whatever the calendar says of the training."""
    by_assessment = [_ORDER.index(done) + 1 for state in states if (done := _DONE_BY.get(AssessmentState(state)))]
    by_training = (2 if is_trained else 1) if is_enrolled else 0
    return max([by_training, *by_assessment])


def batch_state(*, starts_on: date, ends_on: date, trainees: int, states: Collection[str], today: date) -> BatchState:
    """Where a batch stands, by its assessments where it has any, else by its trainees and the calendar."""
    if any(state not in (AssessmentState.RELEASED, AssessmentState.DECLINED) for state in states):
        return BatchState.ASSESSING
    if AssessmentState.RELEASED in states:
        return BatchState.RELEASED
    if not trainees:
        return BatchState.EMPTY
    if today > ends_on:
        return BatchState.TRAINED
    return BatchState.TRAINING if today >= starts_on else BatchState.COMING


def _step(stage: Stage, state: str) -> Step:
    return Step(word=WORDS[stage], state=state)
