"""What is filled in to rule on an item, and to answer a ruling."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, TextAreaField
from wtforms.validators import InputRequired, Length

from lms.services.reasons import MIN_REASON, MOST_REASON
from lms.web.forms import HouseForm


class ProposeForm(HouseForm):
    """The reason for a ruling, and the hash of the preview that was seen."""

    seen = HiddenField()
    reason = TextAreaField(
        _l("Reason"),
        [
            InputRequired(_l("Give a reason; the candidates concerned can read it.")),
            Length(min=MIN_REASON, max=MOST_REASON, message=_l("10 to 1000 characters.")),
        ],
        description=_l("The candidates concerned can read it: do not quote the item."),
        render_kw={"rows": 3},
    )


class AnswerForm(HouseForm):
    """Why a proposed ruling is refused or taken back."""

    reason = TextAreaField(
        _l("Reason"),
        [
            InputRequired(_l("Give a reason; your colleagues can read it.")),
            Length(min=MIN_REASON, max=MOST_REASON, message=_l("10 to 1000 characters.")),
        ],
        render_kw={"rows": 2},
    )
