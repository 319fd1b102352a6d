"""What is filled in to appeal, to answer an appeal and to decide it."""

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from lms.services.appeal_answers import LONGEST_FINDING
from lms.services.reasons import MIN_REASON, MOST_REASON
from lms.web.forms import HouseForm

_LENGTH = Length(min=MIN_REASON, max=MOST_REASON, message=_l("10 to 1000 characters."))


class AppealForm(HouseForm):
    """A candidate's request; the criteria concerned are read beside it."""

    reason = TextAreaField(
        _l("What should be checked again, and why"),
        [InputRequired(_l("Say what should be checked again.")), _LENGTH],
        description=_l("For example what you showed in the practical that was not seen."),
        render_kw={"rows": 3},
    )


def _finding(label: str) -> TextAreaField:
    return TextAreaField(
        label,
        [
            InputRequired(_l("Say what was found, even that there is no fault.")),
            Length(max=LONGEST_FINDING, message=_l("At most 1000 characters.")),
        ],
        render_kw={"rows": 2},
    )


class FindingsForm(HouseForm):
    """What the agency found, by what it checked."""

    theory = _finding(_l("Theory: answers scored against the keys"))
    practical = _finding(_l("Practical: levels against the evidence"))
    clerical = _finding(_l("Clerical: names, numbers, marks carried over"))
    reason = TextAreaField(
        _l("In sum, for the candidate"),
        [InputRequired(_l("Say in sum what was found.")), _LENGTH],
        description=_l("The candidate can read it."),
        render_kw={"rows": 2},
    )


class ReasonForm(HouseForm):
    """The reason of a decision."""

    reason = TextAreaField(
        _l("Reason"),
        [InputRequired(_l("Give a reason; the candidate can read it.")), _LENGTH],
        description=_l("The candidate can read it."),
        render_kw={"rows": 2},
    )
