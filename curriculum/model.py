"""What a qualification pack is: units (NOS), elements, criteria, knowledge and skills.

Shapes follow the published packs; identity is unit code + version + an id unique in the unit.
"""

from collections.abc import Collection, Iterator
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from curriculum.documents import Content

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Version = Annotated[str, StringConstraints(pattern=r"^\d+(\.\d+)*$"), Field(examples=["1", "1.10"])]
Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Z]+\d+(-\d+)?$"), Field(examples=["PC4", "KU12", "GS3-2"])]


class CodeStatus(StrEnum):
    """Whether a code was published by the council or made here because none is known."""

    PUBLISHED = "published"
    LOCAL = "local"


class PerformanceCriterion(Content):
    """One performance criterion (PC): what a competent person does."""

    id: Identifier = Field(description="The printed code without oddities, PC4; PC4-2 for the second of that code")
    code: Text = Field(description="The code as printed, oddities kept")
    text: Text = Field(description="What a competent person does, as printed")


class Statement(Content):
    """One line of knowledge (KU) or of generic skill (GS), with its printed sub-heading."""

    id: Identifier = Field(description="The printed code without oddities, KU4 or GS4; KU4-2 for a second of that code")
    code: Text = Field(description="The code as printed, oddities kept")
    group: str | None = Field(default=None, description="The sub-heading it stands under, as printed")
    text: Text = Field(description="What is to be known, or the skill, as printed")


class Element(Content):
    """A titled group of criteria in a unit."""

    title: Text = Field(description="The heading of the group, as printed")
    criteria: tuple[PerformanceCriterion, ...] = Field(description="Its performance criteria, in printed order")


class NosUnit(Content):
    """One national occupational standard: a unit of work with its criteria."""

    code: Text = Field(description="The unit's code, ASC/N1105; the file is named after it, asc-n1105.yaml")
    code_status: CodeStatus = Field(
        default=CodeStatus.PUBLISHED, description="local when no code is published and this one is made from the pack's"
    )
    title: Text = Field(description="The unit's title, as printed")
    version: Version = Field(description="The unit's version; other content needs another version")
    description: str | None = Field(default=None, description="What the unit is about, as printed")
    scope: tuple[Text, ...] = Field(default=(), description="What the unit covers, line by line")
    elements: tuple[Element, ...] = Field(description="Groups of performance criteria, in printed order")
    knowledge: tuple[Statement, ...] = Field(default=(), description="Knowledge and understanding (KU)")
    skills: tuple[Statement, ...] = Field(default=(), description="Generic and professional skills (GS)")

    @property
    def criteria(self) -> tuple[PerformanceCriterion, ...]:
        """All criteria of the unit, in printed order."""
        return tuple(criterion for element in self.elements for criterion in element.criteria)

    def ref(self, local_id: str) -> str:
        """The reference of one of its criteria, knowledge or skill lines: `ASC/N1105#PC4`."""
        return f"{self.code}#{local_id}"


class Choice(Content):
    """How many units of an elective group must be chosen."""

    min: int = Field(ge=0, description="At least so many units of the group")
    max: int = Field(ge=1, description="At most so many units of the group")


class ElectiveGroup(Content):
    """Elective units of which some must be chosen."""

    title: Text = Field(description="The name of the group, as printed")
    choose: Choice = Field(description="How many of its units are chosen")
    units: tuple[Text, ...] = Field(description="The codes of its units")


class UnitList(Content):
    """The units of a pack, by code: all compulsory ones, electives in groups, free options."""

    compulsory: tuple[Text, ...] = Field(description="Codes of the units that everybody takes, in printed order")
    electives: tuple[ElectiveGroup, ...] = Field(default=(), description="Groups of units of which some are chosen")
    options: tuple[Text, ...] = Field(default=(), description="Codes of units that may be taken besides")

    def each(self) -> Iterator[tuple[str, str]]:
        """Every code with its path in the list (`electives.0.units.1`), in order."""
        for index, code in enumerate(self.compulsory):
            yield f"compulsory.{index}", code
        for place, group in enumerate(self.electives):
            for index, code in enumerate(group.units):
                yield f"electives.{place}.units.{index}", code
        for index, code in enumerate(self.options):
            yield f"options.{index}", code


class PackDocument(Content):
    """A pack as its file holds it: the units by code, each in a file of its own."""

    code: Text = Field(description="The pack's code, ASC/Q1106; the file is named after it, asc-q1106.yaml")
    code_status: CodeStatus = Field(
        default=CodeStatus.PUBLISHED, description="local when the council has published no code and this one is ours"
    )
    title: Text = Field(description="The job role")
    version: Version = Field(description="The pack's version; other content needs another version")
    kind: Literal["qualification_pack", "employer_pack"] = Field(
        default="qualification_pack", description="Whose standard it is: a council's, or an employer's own"
    )
    nsqf_level: str | None = Field(default=None, description="Level in the National Skills Qualifications Framework")
    sector: str | None = Field(default=None, description="As printed")
    sub_sector: str | None = Field(default=None, description="As printed")
    occupation: str | None = Field(default=None, description="As printed")
    brief_description: Text = Field(description="What a person in the role does, as printed")
    personal_attributes: Text = Field(description="What the role asks of a person, as printed")
    duration: str | None = Field(default=None, description="How long the training is, as printed")
    guidelines: tuple[Text, ...] = Field(default=(), description="Guidelines for assessment, line by line")
    source: Text = Field(description="Where the text is from, and what in it is not the council's")
    units: UnitList = Field(description="The pack's units by code; each has a file of its own")


class QualificationPack(Content):
    """A job role at one version with its units in printed order: what is published and pinned."""

    pack: PackDocument
    units: tuple[NosUnit, ...]

    @property
    def is_employers(self) -> bool:
        """Whether the standard is an employer's own, and so not aligned to the NSQF."""
        return self.pack.kind == "employer_pack"

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

    def of_units(self, codes: Collection[str]) -> "QualificationPack":
        """The pack with only these of its units, for those who take no others; itself where that is all of them."""
        units = tuple(unit for unit in self.units if unit.code in codes)
        return self if len(units) == len(self.units) else QualificationPack(pack=self.pack, units=units)

    def chosen_units(self, chosen: Collection[str]) -> tuple[str, ...]:
        """The codes of its compulsory units and of those chosen, in printed order."""
        open_units = {code for group in self.pack.units.electives for code in group.units} | {*self.pack.units.options}
        return tuple(unit.code for unit in self.units if unit.code not in open_units or unit.code in chosen)

    def criterion_refs(self) -> tuple[str, ...]:
        """References of all criteria, unit by unit in printed order."""
        return tuple(unit.ref(criterion.id) for unit in self.units for criterion in unit.criteria)

    def each_criterion(self) -> Iterator[tuple[NosUnit, Element, PerformanceCriterion]]:
        """Every criterion with its unit and element, in printed order."""
        for unit in self.units:
            for element in unit.elements:
                for criterion in element.criteria:
                    yield unit, element, criterion
