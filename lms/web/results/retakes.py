"""What a next attempt is about, as drawn: the units taken again and kept, in a table and on the competence map."""

from dataclasses import dataclass
from fractions import Fraction

from flask_babel import gettext as _

from assessments.words import Message
from curriculum.model import QualificationPack
from lms.services.takings import Retake, Taking
from lms.web.competence_map import MapView, draw_map
from lms.web.results.picture import from_attempt, shown


@dataclass(frozen=True, slots=True, kw_only=True)
class RetakeRow:
    """One unit: its marks so far, which attempt they come from, and whether it is kept with them."""

    code: str
    title: str
    marks: str
    source: str
    is_kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RetakeView:
    """The table and the map; both empty where everything is taken again."""

    words: Message
    remaining: tuple[Message, ...]
    rows: tuple[RetakeRow, ...]
    map: MapView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsInWords:
    """The units assessed and those kept, as codes; both empty for who is assessed in all units of the pack."""

    assessed: str = ""
    kept: str = ""


def units_in_words(pack: QualificationPack, taking: Taking) -> UnitsInWords:
    """Which units a candidate is assessed in, and which are kept from which attempt."""
    if len(taking.units) == len(pack.units):
        return UnitsInWords()
    kept = (f"{code} ({from_attempt(carried.source)})" for code, carried in taking.carried.items())
    return UnitsInWords(assessed=", ".join(taking.units), kept=", ".join(kept))


def draw_retake(pack: QualificationPack, retake: Retake, worth: Fraction) -> RetakeView:
    """The plan of a next attempt; a mark unit is `worth`."""
    plan = retake.plan
    if not plan.kept:
        return RetakeView(words=plan.words, remaining=(), rows=(), map=None)
    titles = {unit.code: unit.title for unit in pack.units}
    rows = tuple(
        RetakeRow(
            code=line.unit,
            title=titles[line.unit],
            marks=shown(line.score, worth),
            source=from_attempt(retake.sources[line.unit]),
            is_kept=line.is_kept,
        )
        for line in plan.units
    )
    own = pack.of_units([line.unit for line in plan.units])
    looks = {
        unit.ref(criterion.id): "good" if unit.code in plan.kept else "wait"
        for unit, _e, criterion in own.each_criterion()
    }
    legend = [("wait", _("Taken again")), ("good", _("Kept"))]
    return RetakeView(words=plan.words, remaining=plan.remaining, rows=rows, map=draw_map(own, looks, legend))
