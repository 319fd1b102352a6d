"""What is filled in for levels of skills: a self-rating, a target, a judgement, an upload."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, Regexp

from lms.web.forms import HouseForm

_LEVEL = [InputRequired(_l("Choose a level.")), Regexp("^[0-7]$", message=_l("Choose a level."))]
_KEY = [InputRequired(), Regexp("^[A-Za-z0-9-]{8,40}$")]


class RateForm(HouseForm):
    """Where somebody sees themselves; the level is one of the large buttons."""

    level = StringField(_l("Level"), _LEVEL)
    note = TextAreaField(
        _l("Why, in your own words"),
        [Optional(), Length(max=1000)],
        description=_l("Such as what you do without help, and what not yet."),
        render_kw={"rows": 3},
    )
    key = HiddenField(validators=_KEY)


class TargetForm(HouseForm):
    """The level that somebody is to reach, or none."""

    level = StringField(_l("Level"), _LEVEL)
    reason = TextAreaField(
        _l("What for"),
        [Optional(), Length(max=1000)],
        description=_l("Such as the job that it is for."),
        render_kw={"rows": 2},
    )
    key = HiddenField(validators=_KEY)


class JudgeForm(HouseForm):
    """A judgement; evidence is ticked and described besides."""

    level = StringField(_l("Level"), _LEVEL)
    reasons = TextAreaField(
        _l("Why this level"),
        [InputRequired(_l("Say why it is this level.")), Length(10, 1000, _l("Write from 10 to 1000 characters."))],
        description=_l("What of the descriptor was shown, and what of the next level was not."),
        render_kw={"rows": 4},
    )
    corrects = BooleanField(_l("The judgement before was wrong: this one corrects it"))
    seen = HiddenField(validators=[InputRequired(), Regexp("^[0-9]{1,6}$")])
    key = HiddenField(validators=_KEY)


class SkillFileForm(HouseForm):
    """The published text of a skill, or a skill as YAML."""

    file = FileField(
        _l("The text"),
        [FileRequired(_l("Choose the file."))],
        description=_l("The skill as published, as text (.txt) or PDF, or a skill as YAML."),
        render_kw={"accept": ".txt,.md,.pdf,.yaml,.yml"},
    )
    language = SelectField(
        _l("Language"),
        [Optional()],
        choices=[
            SelectChoice("", _l("As its headings say")),
            SelectChoice("en", "English"),
            SelectChoice("pl", "Polski"),
        ],
        default="",
    )
    source = StringField(
        _l("Where it is from"), [Optional(), Length(max=300)], description=_l("Empty: the name of the file.")
    )
    licence = StringField(
        _l("Who may use it"),
        [Optional(), Length(max=300)],
        description=_l("Empty: this site alone, under its licence."),
    )
    edition = StringField(_l("Edition of the framework"), [Optional(), Length(max=40)])
