"""What is filled in to revoke a certificate."""

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from lms.web.forms import HouseForm


class RevokeForm(HouseForm):
    """Why a certificate is withdrawn."""

    reason = TextAreaField(
        _l("Reason"),
        [
            InputRequired(_l("Give a reason; it is kept in the history.")),
            Length(min=5, max=500, message=_l("5 to 500 characters.")),
        ],
        description=_l("Kept in the history; the public check shows only that it is revoked and since when."),
        render_kw={"rows": 2},
    )
