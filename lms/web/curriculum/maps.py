"""The competence map filled for packs: what the bank covers, and how each criterion is assessed."""

from collections.abc import Mapping

from flask_babel import gettext as _

from assessments.model import AssessmentScheme
from curriculum.model import QualificationPack
from lms.services.bank import Holding
from lms.services.curriculum import PackPage
from lms.web.competence_map import MapView, draw_map


def map_of(page: PackPage) -> MapView:
    """The bank's coverage for the pack's council, the ways of assessing for everybody else."""
    if page.is_own:
        return coverage_map(page.pack, page.holdings)
    return ways_map(page.pack, page.scheme)


def coverage_map(pack: QualificationPack, holdings: Mapping[str, Holding]) -> MapView:
    """How the exam items of each criterion compare with what one paper takes."""
    legend = (
        ("none", _("No theory")),
        ("full", _("Enough items")),
        ("half", _("Just enough, none to spare")),
        ("bad", _("Too few items")),
    )
    details = {
        ref: _("%(exam)s exam items, a paper takes %(needed)s", exam=holding.exam, needed=holding.needed)
        for ref, holding in holdings.items()
    }
    return draw_map(pack, {ref: _look(holding) for ref, holding in holdings.items()}, legend, details)


def ways_map(pack: QualificationPack, scheme: AssessmentScheme | None) -> MapView:
    """Whether each criterion is assessed in theory, in practice or in both."""
    legend = (
        ("none", _("Not assessed")),
        ("full", _("Theory and practical")),
        ("half", _("Theory only")),
        ("wait", _("Practical only")),
    )
    theory = set(scheme.theory_refs) if scheme else set()
    practical = set(scheme.practical_refs) if scheme else set()
    looks = dict.fromkeys(theory, "half") | {ref: "full" if ref in theory else "wait" for ref in practical}
    return draw_map(pack, looks, legend)


def _look(holding: Holding) -> str:
    if not holding.needed:
        return "none"
    if not holding.is_enough:
        return "bad"
    return "half" if holding.exam == holding.needed else "full"
