"""What the pages of coursework draw: criteria to choose from, and levels in the words of their rubric."""

from collections.abc import Collection
from dataclasses import dataclass

from assessments.marks import from_text
from curriculum.model import QualificationPack
from lms.records.coursework import criteria_of
from lms.services.coursework import OwnWork


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitChoice:
    """The criteria of a unit that can be ticked, as (reference, code, text); `is_open` where one is ticked."""

    code: str
    title: str
    criteria: tuple[tuple[str, str, str], ...]
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelWords:
    """A criterion of somebody's work, and the level that counts in words; empty while it has none."""

    code: str
    unit: str
    text: str
    label: str
    description: str
    note: str


def choices_of(pack: QualificationPack, refs: Collection[str], ticked: Collection[str]) -> list[UnitChoice]:
    """The criteria that can be scored, unit by unit."""
    found = []
    for unit in pack.units:
        lines = [(unit.ref(one.id), one.id, one.text) for one in unit.criteria]
        criteria = tuple(line for line in lines if line[0] in refs)
        is_open = any(ref in ticked for ref, _, _ in criteria)
        found.append(UnitChoice(code=unit.code, title=unit.title, criteria=criteria, is_open=is_open))
    return [choice for choice in found if choice.criteria]


def levels_of(work: OwnWork) -> list[LevelWords]:
    """The criteria of somebody's work with the levels that count."""
    found = []
    for criterion in criteria_of(work.entry.coursework):
        row = work.scores.get(criterion.ref)
        level = criterion.find_level(from_text(row.share)) if row else None
        found.append(
            LevelWords(
                code=criterion.code,
                unit=criterion.ref.partition("#")[0],
                text=criterion.text,
                label=level.label if level else "",
                description=level.description if level else "",
                note=row.note if row else "",
            )
        )
    return found
