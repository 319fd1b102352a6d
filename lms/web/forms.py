"""The base of every form, and fields that several areas share."""

from flask_wtf import FlaskForm


class HouseForm(FlaskForm):
    """A form with its CSRF token. Text fields lose outer blanks."""

    class Meta(FlaskForm.Meta):
        """Strip what people paste."""

        def bind_field(self, form, unbound_field, options):  # type: ignore[no-untyped-def]
            """Add the stripping filter to text fields."""
            if unbound_field.field_class.__name__ in {"StringField", "TextAreaField", "EmailField", "TelField"}:
                unbound_field.kwargs.setdefault("filters", []).append(_stripped)
            return super().bind_field(form, unbound_field, options)


class ConfirmForm(HouseForm):
    """A button and nothing to fill in: only the CSRF token."""


def _stripped(value: str | None) -> str | None:
    return value.strip() if isinstance(value, str) else value
