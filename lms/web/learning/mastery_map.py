"""The competence map filled with what somebody has shown, and how sure that is; the trainer's pages draw the same."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from assessments.marks import truncated
from assessments.mastery import EVIDENCE_WORDS, Certainty, Evidence, Level, Standing
from assessments.recovery import RECOVERY_WORDS, Recovery
from curriculum.loading import file_stem
from curriculum.model import NosUnit, PerformanceCriterion, QualificationPack
from lms.web.competence_map import MapView, draw_map
from lms.web.filters import say

LEGEND = (
    ("none", _l("Nothing shown yet")),
    ("bad", _l("Missed")),
    ("half", _l("Partly shown, or a first sign")),
    ("full", _l("Shown, fairly sure")),
    ("good", _l("Shown, sure")),
)


def map_of(
    pack: QualificationPack,
    standings: Mapping[str, Standing],
    units: Sequence[NosUnit] = (),
    *,
    linked: bool = False,
) -> MapView:
    """The map of a pack, or of some of its units; `linked` makes each square lead to its criterion's page."""
    shown = pack.model_copy(update={"units": tuple(units)}) if units else pack
    legend = [(look, str(word)) for look, word in LEGEND]
    details = {ref: _detail(standing) for ref, standing in standings.items()}
    lines = shown.each_criterion() if linked else ()
    addresses = {unit.ref(criterion.id): address_of(unit, criterion) for unit, _element, criterion in lines}
    return draw_map(shown, looks_of(standings), legend, details, addresses)


def address_of(unit: NosUnit, criterion: PerformanceCriterion) -> str:
    """The page of a criterion."""
    return url_for("learning.show_criterion", unit=file_stem(unit.code), criterion=criterion.id)


def looks_of(standings: Mapping[str, Standing]) -> dict[str, str]:
    """The look of each criterion's square."""
    return {ref: look_of(standing) for ref, standing in standings.items()}


def look_of(standing: Standing) -> str:
    """How a square looks: what was missed is never hidden behind how sure it is."""
    if standing.level is Level.NOTHING:
        return "none"
    if standing.level is Level.MISSED:
        return "bad"
    if standing.level is Level.PARTLY or standing.certainty is Certainty.FIRST_SIGN:
        return "half"
    return "good" if standing.certainty is Certainty.SURE else "full"


def evidence_word(evidence: Evidence) -> str:
    """What a line of evidence is: `Assessment, practical`."""
    kind = say(EVIDENCE_WORDS[evidence.kind])
    return f"{kind}, {say(evidence.words)}" if evidence.words else kind


def share_word(share: Fraction) -> str:
    """A share as per cent, cut off and never rounded up."""
    return f"{truncated(share * 100, 0)} %"


def recovery_word(recovery: Recovery) -> str:
    """How far a criterion of a plan has come."""
    return say(RECOVERY_WORDS[recovery])


def _detail(standing: Standing) -> str:
    if not standing.weight:
        return ""
    return _("%(words)s; evidence of weight %(weight)s", words=say(standing.words), weight=standing.weight)
