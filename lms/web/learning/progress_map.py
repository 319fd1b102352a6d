"""The competence map filled with what a trainee has read and practised; the trainer's pages draw the same."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from curriculum.model import NosUnit, QualificationPack
from lms.services.learning_progress import CriterionProgress, Progress
from lms.web.competence_map import MapView, draw_map

LEGEND = (
    ("none", _l("Not read yet")),
    ("half", _l("Read")),
    ("full", _l("Read and practised")),
    ("bad", _l("Missed in practice")),
)


def map_of(pack: QualificationPack, progress: Progress, units: Sequence[NosUnit] = ()) -> MapView:
    """The map of a pack, or of some of its units, filled with one person's progress."""
    shown = pack.model_copy(update={"units": tuple(units)}) if units else pack
    legend = [(look, str(word)) for look, word in LEGEND]
    return draw_map(shown, progress.looks, legend, {ref: _detail(found) for ref, found in progress.criteria.items()})


def _detail(found: CriterionProgress) -> str:
    read = _("%(read)s of %(all)s sections read", read=found.sections_read, all=found.sections_total)
    if not found.practice_total:
        return read
    practised = _("practice %(right)s of %(all)s right", right=found.practice_right, all=found.practice_total)
    return f"{read}, {practised}"
