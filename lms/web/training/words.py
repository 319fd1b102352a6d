"""Words of the area: where batches and trainees stand, and the columns of a roster."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.services.progress import BatchState
from lms.services.roster_columns import Field
from lms.services.roster_plan import Effect
from lms.services.trainees import Attempt
from lms.tables.training import TraineeRow, TraineeState
from lms.web.words import assessment_look, assessment_word, outcome_look, outcome_word

BATCH = {
    BatchState.EMPTY: _l("No trainees yet"),
    BatchState.COMING: _l("Not started"),
    BatchState.TRAINING: _l("In training"),
    BatchState.TRAINED: _l("Training ended"),
    BatchState.ASSESSING: _l("Being assessed"),
    BatchState.RELEASED: _l("Results released"),
}
BATCH_LOOK = {BatchState.EMPTY: "wait", BatchState.TRAINED: "wait", BatchState.RELEASED: "good"}
EFFECT = {
    Effect.NEW: _l("New"),
    Effect.CHANGED: _l("Change"),
    Effect.SAME: _l("As it is"),
    Effect.FAULTY: _l("Error"),
}
EFFECT_LOOK = {Effect.NEW: "good", Effect.CHANGED: "plain", Effect.SAME: "plain", Effect.FAULTY: "bad"}
FIELD = {
    Field.ENROLMENT_NUMBER: _l("Enrolment number"),
    Field.NAME: _l("Name"),
    Field.GUARDIAN: _l("Guardian"),
    Field.BORN_ON: _l("Born on"),
    Field.PHONE: _l("Phone"),
    Field.ATTENDANCE: _l("Attendance, per cent"),
    Field.USER_NAME: _l("User name"),
    Field.LANGUAGE: _l("Language"),
    Field.ELECTIVES: _l("Electives"),
    Field.OPTIONS: _l("Options"),
}


def batch_word(state: BatchState) -> str:
    """The word for where a batch stands."""
    return str(BATCH[state])


def batch_look(state: BatchState) -> str:
    """The look of a batch's state."""
    return BATCH_LOOK.get(state, "plain")


def trainee_word(trainee: TraineeRow, attempt: Attempt | None) -> str:
    """Where a trainee stands: their outcome once released, else their assessment, else enrolled or dropped out."""
    if attempt and attempt.outcome:
        return outcome_word(attempt.outcome)
    if trainee.state == TraineeState.DROPPED_OUT:
        return _("Dropped out")
    return assessment_word(attempt.assessment.state) if attempt else _("Enrolled")


def trainee_look(trainee: TraineeRow, attempt: Attempt | None) -> str:
    """The look of a trainee's state."""
    if attempt and attempt.outcome:
        return outcome_look(attempt.outcome)
    if trainee.state == TraineeState.DROPPED_OUT:
        return "bad"
    return assessment_look(attempt.assessment.state) if attempt else "plain"
