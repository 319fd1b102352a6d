"""The base of every form, and fields that several areas share."""

from datetime import date
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from flask_wtf.form import _Auto
from flask_wtf.i18n import translations
from werkzeug.datastructures import MultiDict
from wtforms import DateField, IntegerField

from assessments.words import Message

# Days outside of these are slips of the hand; the first and the last that a computer knows have no hour in some zone.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)

# What forms say by themselves, in the words of WTForms, which has none in Hindi: here translators are given them.
_SAID = {
    words.template
    for words in (
        Message("This field is required."),
        Message("Not a valid choice."),
        Message("Invalid input."),
        Message("Field cannot be longer than %(max)d characters."),
        Message("Field must be between %(min)d and %(max)d characters long."),
    )
}


class _Words:
    """What a form says by itself in the words of our catalogues, or else of WTForms."""

    def gettext(self, text: str) -> str:
        return _(text) if text in _SAID else str(translations.gettext(text))

    def ngettext(self, one: str, many: str, count: int) -> str:
        return _(many) if many in _SAID else str(translations.ngettext(one, many, count))


class HouseForm(FlaskForm):
    """A form with its CSRF token. Text fields lose outer blanks."""

    class Meta(FlaskForm.Meta):
        """Strip what people paste, read what is sent as a form only, and speak the language of the page."""

        def get_translations(self, _form: FlaskForm) -> _Words:
            """What the fields speak by."""
            return _Words()

        def wrap_formdata(self, form, formdata):  # type: ignore[no-untyped-def]
            """What was sent, where nobody gives it; JSON, which need hold no fields, is no form."""
            is_form = formdata is not _Auto or not request.is_json
            return super().wrap_formdata(form, formdata) if is_form else MultiDict()

        def bind_field(self, form, unbound_field, options):  # type: ignore[no-untyped-def]
            """Add the stripping filter to text fields."""
            if unbound_field.field_class.__name__ in {"StringField", "TextAreaField", "EmailField", "TelField"}:
                unbound_field.kwargs.setdefault("filters", []).append(_stripped)
            return super().bind_field(form, unbound_field, options)


class WholeNumberField(IntegerField):
    """A whole number; what is none is told in the words of the field's own limits."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the number; without one the validators speak."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = None


class DayField(DateField):
    """A day of our time."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the day; say in plain words how it is written."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = None
        if valuelist and valuelist[0] and not (self.data and FIRST_DAY <= self.data <= LAST_DAY):
            self.data = None
            raise ValueError(_("Write a day, such as 2026-12-01."))


class ConfirmForm(HouseForm):
    """A button and nothing to fill in: only the CSRF token."""


def _stripped(value: str | None) -> str | None:
    return value.strip() if isinstance(value, str) else value
