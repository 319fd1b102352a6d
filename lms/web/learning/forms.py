"""What a trainee sends in practice: which item, which try, and the answer chosen."""

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField
from wtforms.validators import InputRequired, NumberRange
from wtforms.widgets import HiddenInput

from lms.services.practice import AskedItem
from lms.web.forms import HouseForm
from lms.web.intake import LARGEST_ID


class AnswerForm(HouseForm):
    """One try at one item."""

    item = IntegerField(validators=[InputRequired(), NumberRange(1, LARGEST_ID)], widget=HiddenInput())
    try_number = IntegerField(validators=[InputRequired(), NumberRange(min=1)], widget=HiddenInput())
    choice = RadioField(_l("Answers"), [InputRequired(_l("Choose one answer, then check it."))], validate_choice=False)

    def ask(self, asked: AskedItem) -> "AnswerForm":
        """Put the item that is asked into the form."""
        self.item.data, self.try_number.data = asked.id, asked.try_number
        self.choice.choices = [(option.id, option.text) for option in asked.options]
        return self
