"""One criterion as a person meets it: what it asks, what was read, practised and shown of it, and what goes with it."""

from dataclasses import dataclass
from datetime import datetime

from assessments.mastery import Standing
from curriculum.lessons import FIRST_LANGUAGE
from curriculum.model import Element, NosUnit, PerformanceCriterion, Statement
from lms.permissions import Actor
from lms.services.learning import OpenPack, get_unit
from lms.services.learning_progress import CriterionProgress
from lms.services.mastery import ShownEvidence, as_shown
from lms.services.practice_scopes import criterion_in, items_about
from lms.services.study import SectionAbout, study_of


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionPage:
    """A criterion with all that is known of it for one person; `before` and `after` are its neighbours in the unit."""

    open_pack: OpenPack
    unit: NosUnit
    element: Element
    criterion: PerformanceCriterion
    standing: Standing
    progress: CriterionProgress
    evidence: tuple[ShownEvidence, ...]
    sections: tuple[SectionAbout, ...]
    knowledge: tuple[Statement, ...]
    before: PerformanceCriterion | None
    after: PerformanceCriterion | None


def get_criterion(
    actor: Actor, unit_stem: str, criterion_id: str, now: datetime, language: str = FIRST_LANGUAGE
) -> CriterionPage:
    """A criterion of a unit (by its code as in addresses) that the actor may read about; raises Absent."""
    open_pack, unit = get_unit(actor, unit_stem)
    criterion, ref = criterion_in(unit, criterion_id), unit.ref(criterion_id)
    study = study_of(actor, open_pack, now, language)
    sections = study.sections_about(ref)
    known = {line for section in sections for line in section.knowledge}
    known |= {line for item in items_about(study.items, [ref]) for line in item.face.knowledge}
    place = unit.criteria.index(criterion)
    return CriterionPage(
        open_pack=open_pack,
        unit=unit,
        element=next(element for element in unit.elements if criterion in element.criteria),
        criterion=criterion,
        standing=study.standings[ref],
        progress=study.progress.criteria[ref],
        evidence=as_shown(study.evidence.get(ref, ())),
        sections=sections,
        knowledge=tuple(line for line in unit.knowledge if line.id in known),
        before=unit.criteria[place - 1] if place else None,
        after=unit.criteria[place + 1] if place + 1 < len(unit.criteria) else None,
    )
