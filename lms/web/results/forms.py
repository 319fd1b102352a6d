"""What is filled in to ask for another assessment, and to decide that."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, TextAreaField
from wtforms.validators import AnyOf, InputRequired, Length, Optional

from lms.services.reassessment import LEVELS
from lms.web.forms import HouseForm

ACCEPT, REFUSE = "accept", "refuse"


class AskForm(HouseForm):
    """A request to be assessed again."""

    reason = TextAreaField(
        _l("What you want to tell them"),
        [Optional(), Length(max=500, message=_l("At most 500 characters."))],
        description=_l("For example what kept you from showing what you can do."),
        render_kw={"rows": 3},
    )


class DecisionForm(HouseForm):
    """Accepting or refusing a request at one level."""

    level = HiddenField(validators=[AnyOf(LEVELS)])
    decision = HiddenField(validators=[AnyOf((ACCEPT, REFUSE))])
    reason = TextAreaField(
        _l("Reason"),
        [
            InputRequired(_l("Give a reason; the candidate can read it.")),
            Length(min=5, max=500, message=_l("5 to 500 characters.")),
        ],
        description=_l("The candidate can read it."),
        render_kw={"rows": 2},
    )
