"""What a qualification pack is: units (NOS), elements, criteria, knowledge and skills.

Shapes follow the published packs; identity is unit code + version + an id unique in the unit.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from curriculum.documents import Content

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Version = Annotated[str, StringConstraints(pattern=r"^\d+(\.\d+)*$")]
Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Z]+\d+(-\d+)?$")]


class CodeStatus(StrEnum):
    """Whether a code was published by the council or made here because none is known."""

    PUBLISHED = "published"
    LOCAL = "local"


class PerformanceCriterion(Content):
    """One performance criterion (PC): what a competent person does."""

    id: Identifier
    code: Text = Field(description="The code as printed, oddities kept")
    text: Text


class Statement(Content):
    """One line of knowledge (KU) or of generic skill (GS), with its printed sub-heading."""

    id: Identifier
    code: Text = Field(description="The code as printed, oddities kept")
    group: str | None = None
    text: Text


class Element(Content):
    """A titled group of criteria in a unit."""

    title: Text
    criteria: tuple[PerformanceCriterion, ...]


class NosUnit(Content):
    """One national occupational standard: a unit of work with its criteria."""

    code: Text
    code_status: CodeStatus = CodeStatus.PUBLISHED
    title: Text
    version: Version
    description: str | None = None
    scope: tuple[Text, ...] = ()
    elements: tuple[Element, ...]
    knowledge: tuple[Statement, ...] = ()
    skills: tuple[Statement, ...] = ()

    @property
    def criteria(self) -> tuple[PerformanceCriterion, ...]:
        """All criteria of the unit, in printed order."""
        return tuple(criterion for element in self.elements for criterion in element.criteria)

    def ref(self, local_id: str) -> str:
        """The reference of one of its criteria, knowledge or skill lines: `ASC/N1105#PC4`."""
        return f"{self.code}#{local_id}"


class Choice(Content):
    """How many units of an elective group must be chosen."""

    min: int = Field(ge=0)
    max: int = Field(ge=1)


class ElectiveGroup(Content):
    """Elective units of which some must be chosen."""

    title: Text
    choose: Choice
    units: tuple[Text, ...]


class UnitList(Content):
    """The units of a pack, by code: all compulsory ones, electives in groups, free options."""

    compulsory: tuple[Text, ...]
    electives: tuple[ElectiveGroup, ...] = ()
    options: tuple[Text, ...] = ()


class PackDocument(Content):
    """A pack as its file holds it: the units by code, each in a file of its own."""

    code: Text
    code_status: CodeStatus = CodeStatus.PUBLISHED
    title: Text
    version: Version
    kind: Literal["qualification_pack", "employer_pack"] = "qualification_pack"
    nsqf_level: str | None = None
    sector: str | None = None
    sub_sector: str | None = None
    occupation: str | None = None
    brief_description: Text
    personal_attributes: Text
    duration: str | None = None
    guidelines: tuple[Text, ...] = ()
    source: Text
    units: UnitList


class QualificationPack(Content):
    """A job role at one version with its units in printed order: what is published and pinned."""

    pack: PackDocument
    units: tuple[NosUnit, ...]

    @property
    def code(self) -> str:
        """The pack's code, e.g. `ASC/Q1106`."""
        return self.pack.code

    @property
    def title(self) -> str:
        """The job role."""
        return self.pack.title

    @property
    def version(self) -> str:
        """The pack's version."""
        return self.pack.version

    def criterion_refs(self) -> tuple[str, ...]:
        """References of all criteria, unit by unit in printed order."""
        return tuple(unit.ref(criterion.id) for unit in self.units for criterion in unit.criteria)

    def each_criterion(self) -> Iterator[tuple[NosUnit, Element, PerformanceCriterion]]:
        """Every criterion with its unit and element, in printed order."""
        for unit in self.units:
            for element in unit.elements:
                for criterion in element.criteria:
                    yield unit, element, criterion
