"""What the pages of skills draw: the ladder of levels with the same squares as the competence map."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from assessments.skill_levels import Rung
from lms.services.skill_sheets import SkillLine
from lms.tables.coursework import CourseworkKind
from lms.tables.skills import EvidenceSource, SkillEvidenceRow
from lms.web.words import outcome_word

STEP = 21
# How a level looks, and the word for it; the looks are those of the competence map.
LOOKS = {
    "good": _l("Judged"),
    "full": _l("Held with it"),
    "wait": _l("Still to reach"),
    "none": _l("Not held"),
    "off": _l("Not defined in this skill"),
}
SOURCES = {
    EvidenceSource.RESULT: _l("Result"),
    EvidenceSource.COURSEWORK: _l("Work at the centre"),
    EvidenceSource.DESCRIBED: _l("Described by the assessor"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RungView:
    """One level as drawn: where its square stands in the small picture, its look, and all its words."""

    x: int
    number: int
    name: str
    essence: str
    descriptor: str
    look: str
    word: str
    is_target: bool
    is_rated: bool
    is_defined: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderView:
    """A skill's levels, highest first, as they stand for somebody; `words` says the picture in a sentence."""

    rungs: tuple[RungView, ...]
    legend: tuple[tuple[str, str], ...]
    width: int
    words: str

    @property
    def rising(self) -> tuple[RungView, ...]:
        """The levels, lowest first."""
        return self.rungs[::-1]


def draw_ladder(line: SkillLine) -> LadderView:
    """The ladder of a skill with the judged level, the self-rating and the target of somebody."""
    rungs = tuple(_view(rung) for rung in line.rungs)
    present = {rung.look for rung in rungs}
    legend = tuple((look, str(word)) for look, word in LOOKS.items() if look in present)
    return LadderView(rungs=rungs, legend=legend, width=STEP * len(rungs), words=" · ".join(_words(line)))


def ladder_words() -> Mapping[str, str]:
    """The word of each look."""
    return {look: str(word) for look, word in LOOKS.items()}


def evidence_words(row: SkillEvidenceRow) -> str:
    """One thing that a judgement rests on, in words: what it is, and what it came to."""
    if row.source == EvidenceSource.RESULT:
        return f"{row.title}: {outcome_word(row.detail)}"
    if row.source == EvidenceSource.COURSEWORK:
        kind = _("Assignment") if row.detail == CourseworkKind.ASSIGNMENT else _("Observation at work")
        return f"{kind}: {row.title}"
    return row.detail


def source_word(source: str) -> str:
    """The word for where evidence is from."""
    return str(SOURCES[EvidenceSource(source)])


def _view(rung: Rung) -> RungView:
    look = _look(rung)
    return RungView(
        x=STEP * (rung.number - 1) + 1,
        number=rung.number,
        name=rung.level.name if rung.level else "",
        essence=rung.level.essence if rung.level else "",
        descriptor=rung.level.descriptor if rung.level else "",
        look=look,
        word=str(LOOKS[look]),
        is_target=rung.is_target,
        is_rated=rung.is_rated,
        is_defined=rung.level is not None,
    )


def _look(rung: Rung) -> str:
    if rung.is_judged:
        return "good"
    if rung.level is None:
        return "off"
    return "full" if rung.is_included else "wait" if rung.is_ahead else "none"


def _words(line: SkillLine) -> Sequence[str]:
    """The judged level, the self-rating and the target, as far as there are any."""
    found = [_("judged: level %(level)s", level=line.level) if line.level else _not_held(line)]
    if line.rating:
        found.append(
            _("self-rating: %(level)s", level=line.rating.level) if line.rating.level else _("self-rating: none yet")
        )
    if line.target:
        found.append(_("target: level %(level)s", level=line.target.level))
    return found


def _not_held(line: SkillLine) -> str:
    return (
        _("judged: below level %(level)s", level=line.published.skill.numbers[0]) if line.judgement else _("not judged")
    )
