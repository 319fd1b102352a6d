"""What is filled in to schedule an assessment and to name who assesses it."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateTimeLocalField, SelectField, SelectMultipleField, StringField, widgets
from wtforms.validators import InputRequired

from lms.web.forms import HouseForm


class MomentField(DateTimeLocalField):
    """A day and a time as the site's clocks show them; the data is an aware moment in UTC."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read local time; say in plain words how it is written."""
        if not valuelist or not valuelist[0]:
            return
        try:
            super().process_formdata(valuelist)
            self.data = self.data and self.data.replace(tzinfo=_zone()).astimezone(UTC)
        except (ValueError, OverflowError):  # a year that the other zone does not have is no year to assess in
            self.data = None
            raise ValueError(_("Write a day and a time, such as 2026-12-01 10:00.")) from None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.astimezone(_zone()).strftime("%Y-%m-%dT%H:%M") if isinstance(self.data, datetime) else ""


class AgencyForm(HouseForm):
    """The agency that is asked to assess."""

    agency = SelectField(_l("Agency"), [InputRequired()], coerce=int)


class ScheduleForm(AgencyForm):
    """When a batch is assessed, and by which agency; extra minutes stand in the list of candidates."""

    opens_at = MomentField(
        _l("Opens"), [InputRequired(_l("Say when it opens."))], description=_l("From then on candidates can start.")
    )
    closes_at = MomentField(
        _l("Closes"), [InputRequired(_l("Say when it closes."))], description=_l("Nobody can start after this.")
    )


class AssessorsForm(HouseForm):
    """The assessors, by person."""

    people = SelectMultipleField(
        _l("Assessors"),
        coerce=int,
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.CheckboxInput(),
    )


class CommitmentForm(HouseForm):
    """The hash of a side's own secret."""

    commitment = StringField(
        _l("SHA-256 of your secret"),
        [InputRequired(_l("Enter the SHA-256 of your secret."))],
        description=_l("64 digits from 0 to 9 and a to f. Not the secret itself."),
    )


class SecretForm(HouseForm):
    """The secret that a side committed to."""

    secret = StringField(
        _l("Your secret"),
        [InputRequired(_l("Enter the secret."))],
        description=_l("64 digits from 0 to 9 and a to f. Shown to nobody before the results are released."),
    )


def _zone() -> ZoneInfo:
    return ZoneInfo(current_app.config["SETTINGS"].time_zone)
