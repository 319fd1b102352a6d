"""A plan as drawn: its map, what of each criterion was lost, and the units of the next assessment."""

from dataclasses import dataclass
from fractions import Fraction

from flask_babel import gettext as _

from assessments.recovery import LostMarks, Recovery
from assessments.rule_words import COMPONENT_WORDS
from lms.records.content import scheme_of
from lms.services.recovery import Plan
from lms.web.competence_map import MapView, draw_map
from lms.web.filters import marks, say
from lms.web.learning.mastery_map import address_of, recovery_word
from lms.web.results.retakes import RetakeView, draw_retake

LOOKS = {Recovery.NOT_BEGUN: "none", Recovery.BEGUN: "half", Recovery.RECOVERED: "good"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """The plan's words: `lost` of each criterion by reference, in order of the plan."""

    map: MapView
    lost: dict[str, str]
    retake: RetakeView


def draw_plan(plan: Plan) -> PlanView:
    """The map shows the units taken again: what is to recover first, what is begun, and what is recovered."""
    pack = plan.open_pack.pack.of_units(plan.retake.plan.taken)
    looks = {line.marks.ref: LOOKS[line.recovery] for line in plan.lines}
    looks |= {line.marks.ref: "wait" for line in plan.first if line.recovery is Recovery.NOT_BEGUN}
    legend = [("none", _("Later, or nothing lost")), ("wait", _("To recover first"))]
    legend += [(LOOKS[state], recovery_word(state)) for state in (Recovery.BEGUN, Recovery.RECOVERED)]
    worth = Fraction(scheme_of(plan.candidate.assessment.scheme_version).mark_unit)
    lost = {line.marks.ref: _lost(line.marks, worth) for line in plan.lines}
    addresses = {unit.ref(line.id): address_of(unit, line) for unit, _element, line in pack.each_criterion()}
    return PlanView(
        map=draw_map(pack, looks, legend, lost, addresses),
        lost=lost,
        retake=draw_retake(plan.open_pack.pack, plan.retake, worth),
    )


def _lost(line: LostMarks, worth: Fraction) -> str:
    """`5 of 9 marks lost: theory 2 of 3, practical 3 of 6`; a mark unit is `worth`."""
    parts = [
        _(
            "%(component)s %(lost)s of %(available)s",
            component=say(COMPONENT_WORDS[part.component]),
            lost=marks(part.lost * worth),
            available=marks(part.available * worth),
        )
        for part in line.parts
        if part.lost > 0
    ]
    return _("%(marks)s marks lost", marks=marks(line.lost * worth)) + ": " + ", ".join(parts)
