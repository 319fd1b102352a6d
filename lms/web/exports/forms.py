"""Which results are exported."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.validators import Optional, ValidationError

from assessments.decisions import Outcome
from assessments.model import Component
from lms.services.exports import Choices, Filters, Offered
from lms.web.forms import DayField, HouseForm
from lms.web.results.picture import component_word
from lms.web.words import OUTCOME


class FilterForm(HouseForm):
    """The filters; they stand in the address, so the form itself changes nothing and carries no token."""

    class Meta(HouseForm.Meta):
        """Read from the address as well as from a form."""

        csrf = False

    pack = SelectField(_l("Pack"), [Optional()], default="")
    batch = SelectField(_l("Batch"), [Optional()], default="")
    centre = SelectField(_l("Training centre"), [Optional()], default="")
    agency = SelectField(_l("Assessment agency"), [Optional()], default="")
    since = DayField(_l("Decided from"), [Optional()])
    until = DayField(_l("Decided until"), [Optional()])
    outcome = SelectField(_l("Outcome"), [Optional()], default="")
    component = SelectField(_l("Component"), [Optional()], default="")
    newest: Choices = ()

    def offer(self, offered: Offered, everything: str) -> None:
        """Fill the lists with what there is, `everything` first."""
        first = ("", everything)
        self.newest = offered.newest
        self.pack.choices = [first, *offered.packs]
        self.batch.choices = [first, *offered.batches]
        self.centre.choices = [first, *offered.centres]
        self.agency.choices = [first, *offered.agencies]
        self.outcome.choices = [first, *((outcome.value, word) for outcome, word in OUTCOME.items())]
        self.component.choices = [
            first,
            *((name.value, component_word(name)) for name in (Component.THEORY, Component.PRACTICAL)),
        ]

    def validate_until(self, field: DayField) -> None:
        """The last day is not before the first."""
        if self.since.data and field.data < self.since.data:
            raise ValidationError(_l("This day is before the first one. Choose the same day or a later one."))

    def filters(self) -> Filters:
        """What was chosen."""
        return Filters(
            pack=self.pack.data or "",
            batch=self.batch.data or "",
            centre=self.centre.data or "",
            agency=self.agency.data or "",
            since=self.since.data,
            until=self.until.data,
            outcome=Outcome(self.outcome.data) if self.outcome.data else None,
            component=Component(self.component.data) if self.component.data else None,
        )
