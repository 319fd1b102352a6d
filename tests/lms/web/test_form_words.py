"""What forms say by themselves of a field is said in the reader's language, as all else of a page is."""

import pytest
from flask_babel import force_locale
from werkzeug.datastructures import MultiDict
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length, Regexp

from lms.web.forms import HouseForm


class AnyForm(HouseForm):
    """A field for each thing that forms say without being told how."""

    empty = StringField(validators=[InputRequired()])
    short = StringField(validators=[Length(3, 9)])
    long = StringField(validators=[Length(max=4)])
    other = StringField(validators=[Regexp("a")])
    choice = SelectField(choices=["a", "b"])


def said(app, language: str) -> list[str]:
    """What is said of fields that are all filled in wrongly."""
    given = MultiDict({"empty": "", "short": "a", "long": "aaaaa", "other": "b", "choice": "c"})
    with app.test_request_context(), force_locale(language):
        form = AnyForm(formdata=given, meta={"csrf": False})
        form.validate()
        return [str(words) for field in form for words in field.errors]


@pytest.mark.parametrize("language", ["hi", "pl"])
def test_what_a_form_says_by_itself_is_in_the_language_of_the_page(app, language: str) -> None:
    english, own = said(app, "en"), said(app, language)
    assert english == [
        "This field is required.",
        "Field must be between 3 and 9 characters long.",
        "Field cannot be longer than 4 characters.",
        "Invalid input.",
        "Not a valid choice.",
    ]
    assert len(own) == len(english)
    assert not set(own) & set(english)
    assert "3" in own[1]
    assert "9" in own[1]
    assert "4" in own[2]
