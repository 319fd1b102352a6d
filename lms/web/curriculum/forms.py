"""What is filled in for packs and schemes. A scheme's criteria are filled in under their paths in the scheme."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired, MultipleFileField
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from assessments.marks import from_typed
from assessments.model import AssessmentScheme, Component, MarksStatus
from assessments.rules import Watched
from lms.web.curriculum.words import MARKS, SCOPE, SCORER
from lms.web.forms import HouseForm

_NUMBER = {"inputmode": "numeric", "autocomplete": "off"}
_CODE = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
_PERCENT = {"inputmode": "decimal", "autocomplete": "off"}
# Which field fills which path of the scheme.
RULES = {
    "title": "title",
    "practical_scorer": "practical_scorer",
    "minutes": "theory.minutes",
    "attendance": "attendance_min_percent",
    "aggregate": "pass_rule.aggregate_percent",
    "unit_floor": "pass_rule.unit_min_percent",
    "theory_floor": "pass_rule.component_min_percent.theory",
    "practical_floor": "pass_rule.component_min_percent.practical",
    "scope": "reassessment.scope",
    "exempt": "reassessment.exempt_percent",
    "max_attempts": "reassessment.max_attempts",
    "cooling_off": "reassessment.cooling_off_days",
    "apply_within": "reassessment.apply_within_days",
    "hold_within": "reassessment.hold_within_days",
    "absent_may": "reassessment.absent_may",
    "dropped_out_may": "reassessment.dropped_out_may",
}
CRITERION = ("importance", "theory_percent", "theory_items")
TYPED = (Component.THEORY, Component.PRACTICAL)


def _choices(words: Mapping[Any, Any]) -> list[SelectChoice]:
    return [SelectChoice(value=value, label=word) for value, word in words.items()]


class UploadForm(HouseForm):
    """The files of a pack."""

    files = MultipleFileField(
        _l("Files"),
        [FileRequired(_l("Choose the pack’s files."))],
        description=_l(
            "The published pack as a PDF or as text; or its YAML file and one for each unit, or a ZIP of them."
        ),
        render_kw={"accept": ".pdf,.txt,.yaml,.yml,.zip", "multiple": True},
    )


class FactsForm(HouseForm):
    """What the text of a published pack does not print, or prints wrongly."""

    code = StringField(_l("Code"), [InputRequired()], render_kw=_CODE)
    version = StringField(_l("Version"), [InputRequired()], render_kw=_PERCENT)
    title = StringField(_l("Title"), [InputRequired()])
    nsqf_level = StringField(_l("NSQF level"), [Optional()], render_kw=_PERCENT)
    sector = StringField(_l("Sector"), [Optional()])
    sub_sector = StringField(_l("Sub-sector"), [Optional()])
    occupation = StringField(_l("Occupation"), [Optional()])
    duration = StringField(_l("Duration"), [Optional()])
    brief_description = TextAreaField(_l("Job description"), [InputRequired()], render_kw={"rows": 3})
    personal_attributes = TextAreaField(_l("Personal attributes"), [InputRequired()], render_kw={"rows": 3})
    source = StringField(
        _l("Source"),
        [Optional()],
        description=_l("Where the text is from, and what in it is not the council’s."),
    )
    units = StringField(
        _l("Codes of the units"),
        [Optional()],
        description=_l(
            "In printed order, parted by blanks; a unit with a version of its own as ASC/N0002@1.0."
            " Empty: they are made from the pack’s code."
        ),
        render_kw=_CODE,
    )


class MarksSheetForm(HouseForm):
    """A sheet of marks to read."""

    sheet = FileField(
        _l("Marks sheet"),
        [FileRequired(_l("Choose the file with the marks."))],
        description=_l("A CSV or XLSX file with a row for each criterion."),
        render_kw={"accept": ".csv,.xlsx"},
    )


class RulesForm(HouseForm):
    """The rules of a scheme; the service checks the figures."""

    title = StringField(_l("Title"), [InputRequired()])
    practical_scorer = SelectField(_l("Who scores the practical"), [InputRequired()], choices=_choices(SCORER))
    minutes = StringField(_l("Minutes for the theory exam"), [InputRequired()], render_kw=_NUMBER)
    attendance = StringField(
        _l("Attendance, per cent"),
        [Optional()],
        description=_l("Empty: attendance is not looked at."),
        render_kw=_PERCENT,
    )
    aggregate = StringField(
        _l("Of all marks"),
        [InputRequired()],
        description=_l("At least this much; nothing is rounded."),
        render_kw=_PERCENT,
    )
    unit_floor = StringField(_l("In every unit"), [Optional()], render_kw=_PERCENT)
    theory_floor = StringField(_l("Of the theory marks"), [Optional()], render_kw=_PERCENT)
    practical_floor = StringField(_l("Of the practical marks"), [Optional()], render_kw=_PERCENT)
    scope = SelectField(_l("It covers"), [InputRequired()], choices=_choices(SCOPE))
    exempt = StringField(
        _l("Exempt from, per cent"),
        [Optional()],
        description=_l("Only for units below a score: a unit with at least this is not taken again."),
        render_kw=_PERCENT,
    )
    cooling_off = StringField(
        _l("Days to wait"),
        [Optional()],
        description=_l("Between the released result and the next attempt; empty: none."),
        render_kw=_NUMBER,
    )
    max_attempts = StringField(
        _l("Attempts altogether"), [InputRequired()], description=_l("The first one included."), render_kw=_NUMBER
    )
    apply_within = StringField(
        _l("Days to ask for it"),
        [InputRequired()],
        description=_l("After the results are released."),
        render_kw=_NUMBER,
    )
    hold_within = StringField(
        _l("Days to hold it"), [InputRequired()], description=_l("After the results are released."), render_kw=_NUMBER
    )
    left_page = BooleanField(_l("The invigilator is told when a candidate leaves the exam page"))
    second_tab = BooleanField(_l("The invigilator is told when the exam is opened in a second tab"))
    watermark = BooleanField(_l("The candidate's number stands across the exam page"))
    absent_may = BooleanField(_l("Trainees who were absent may be reassessed"))
    dropped_out_may = BooleanField(_l("Trainees who dropped out may be reassessed"))


class PublishSchemeForm(HouseForm):
    """Where the marks come from, and the word that says so."""

    status = RadioField(
        _l("The marks are"),
        [InputRequired(_l("Choose where the marks come from."))],
        choices=_choices({status: MARKS[status] for status in (MarksStatus.SAMPLE, MarksStatus.OFFICIAL)}),
    )
    typed = StringField(
        _l("The pack’s code"),
        [Optional()],
        render_kw=_CODE,
    )


def plain_document(scheme: AssessmentScheme) -> dict[str, Any]:
    """A scheme as plain values, as a form starts from it."""
    return scheme.model_dump(mode="json")


def rules_form(scheme: AssessmentScheme) -> RulesForm:
    """The form of a scheme's rules. A rule without a line for all marks, or with lines by level, leaves it empty."""
    form = RulesForm(data=rules_of(scheme))
    if scheme.pass_rule.aggregate_percent is None:
        form.aggregate.validators = [Optional()]
        form.aggregate.flags.required = False
    return form


def rules_of(scheme: AssessmentScheme) -> dict[str, Any]:
    """The values that the rules' fields start with."""
    document, theory = plain_document(scheme), scheme.theory
    exam_page = {name.value: name in theory.watched for name in Watched} | {"watermark": theory.has_watermark}
    return {name: _at(document, path) for name, path in RULES.items()} | exam_page


def filled_document(base: AssessmentScheme, rules: RulesForm, given: Mapping[str, str]) -> dict[str, Any]:
    """The scheme as filled in: units and criteria are the base's, their figures given at their paths, in marks."""
    document, given = plain_document(base), _in_units(given, Fraction(base.mark_unit))
    for name, path in RULES.items():
        value = rules[name].data
        _put(document, path, value if isinstance(value, bool) else str(value or "").strip() or None)
    _put(document, "title", rules.title.data or base.title)
    watched = [name.value for name in Watched if rules[name.value].data]
    # All that there is stands in a scheme as nothing said.
    document["theory"] |= {
        "watch": watched if len(watched) < len(Watched) else None,
        "watermark": None if rules.watermark.data else False,
    }
    floors = document["pass_rule"]["component_min_percent"]
    document["pass_rule"]["component_min_percent"] = {
        name: value for name, value in floors.items() if value is not None
    }
    for place, unit in enumerate(document["units"]):
        _fill_unit(unit, f"units.{place}", given)
    _set_all(document, given)
    return document


def _in_units(given: Mapping[str, str], worth: Fraction) -> Mapping[str, str]:
    """What was typed, marks as whole mark units; what is no number of them stays as it was typed."""
    if worth == 1:
        return given
    return {path: _units(text.strip(), worth) if is_marks(path) else text for path, text in given.items()}


def _units(text: str, worth: Fraction) -> str:
    marks = from_typed(text)
    return text if marks is None or (marks / worth).denominator != 1 else str(marks / worth)


def is_marks(path: str) -> bool:
    """Whether the figure at a path of a scheme is of marks."""
    return path.endswith((".marks", *(f".marks.{component}" for component in Component)))


def _fill_unit(unit: dict[str, Any], path: str, given: Mapping[str, str]) -> None:
    typed = given.get(f"{path}.way") == "typed"
    unit["marks"] = None if typed else _text(given, f"{path}.marks", unit["marks"])
    for index, line in enumerate(unit["criteria"]):
        here = f"{path}.criteria.{index}"
        line["theory_items"] = _text(given, f"{here}.theory_items", line["theory_items"])
        if typed:
            _type_marks(line, here, given)
        else:
            line["importance"] = _text(given, f"{here}.importance", line["importance"])
            line["theory_percent"] = _text(given, f"{here}.theory_percent", line["theory_percent"])
            line["marks"] = None


def _type_marks(line: dict[str, Any], path: str, given: Mapping[str, str]) -> None:
    kept = {name: marks for name, marks in (line["marks"] or {}).items() if name not in TYPED}
    typed = {name.value: _text(given, f"{path}.marks.{name}", (line["marks"] or {}).get(name)) or "0" for name in TYPED}
    line["marks"] = {**typed, **kept}
    line["importance"] = line["theory_percent"] = None


def _set_all(document: dict[str, Any], given: Mapping[str, str]) -> None:
    """The button of an element: `set:0:2,3,4` puts the figures beside it on those criteria of unit 0."""
    act, _, rest = given.get("act", "").partition(":")
    unit, _, lines = rest.partition(":")
    units = {str(place): one for place, one in enumerate(document["units"])}
    if act != "set" or unit not in units:
        return
    criteria, wished = units[unit]["criteria"], set(lines.split(","))
    for index, criterion in enumerate(criteria):
        if str(index) in wished and criterion["marks"] is None:
            for name in ("importance", "theory_percent"):
                criterion[name] = given.get(f"{rest}.{name}", "").strip() or criterion[name]


def _text(given: Mapping[str, str], path: str, otherwise: Any) -> Any:
    return given[path].strip() if path in given else otherwise


def _at(document: Mapping[str, Any], path: str) -> Any:
    value: Any = document
    for name in path.split("."):
        value = (value or {}).get(name)
    return value


def _put(document: dict[str, Any], path: str, value: Any) -> None:
    *parents, last = path.split(".")
    place = document
    for name in parents:
        place = place[name]
    place[last] = value
