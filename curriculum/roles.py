"""What a job role is: areas of duties, qualifications and competencies, and what each is mapped to; read from files."""

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from curriculum.documents import Content, Document, decode_text, read_document, read_path, validate
from curriculum.errors import ContentFaulty
from curriculum.loading import HERE, file_stem
from curriculum.model import Identifier, Text, Version
from curriculum.problems import Problem
from curriculum.words import Message

ROLES = HERE / "roles"

RoleCode = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Z0-9]+(-[A-Z0-9]+)*$", max_length=40),
    Field(examples=["ACCOUNT-HEALTH-SPECIALIST"]),
]
CriterionRef = Annotated[
    str, StringConstraints(pattern=r"^[^#\s]+#PC\d+(-\d+)?$"), Field(examples=["RAS/Q0301-U3#PC4"])
]


class Covers(StrEnum):
    """How much of a line what it is mapped to shows."""

    WHOLE = "whole"
    PART = "part"


class RoleLineKind(StrEnum):
    """What a line of a role is."""

    DUTY = "duty"
    QUALIFICATION = "qualification"
    COMPETENCY = "competency"


class Mapped(Content):
    """What shows a line, or a part of it: criteria that go together, or a level of a skill."""

    criteria: tuple[CriterionRef, ...] = Field(
        default=(), description="Criteria of packs that together show it: RAS/Q0301-U3#PC4"
    )
    skill: Text | None = Field(default=None, description="The code of a skill of a framework, in place of criteria")
    level: int | None = Field(default=None, ge=1, le=7, description="The level of the skill that is needed at least")
    covers: Covers = Field(description="whole when nothing else is needed to show the line, else part")
    note: Text = Field(description="Why it shows the line, or which part of it")

    @model_validator(mode="after")
    def _one_of_both(self) -> "Mapped":
        if bool(self.criteria) is (self.skill is not None):
            words = Message("names criteria or a skill, one of both; write `criteria: […]` or `skill: …, level: …`")
            raise ValueError(words)
        if (self.skill is None) is not (self.level is None):
            raise ValueError(Message("a skill and its level go together; write `skill: SSUP, level: 3`"))
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """What it needs, by name: references of criteria, or the skill with its level, `SSUP 3`."""
        return self.criteria or (f"{self.skill} {self.level}",)


class Declared(Content):
    """Evidence that a person declares and somebody checks: a paper, or an example of one's own work."""

    shown: Text = Field(description="What is shown: the paper, or the example")
    checked_by: Text = Field(description="Who looks at it, and for what")


class RoleLine(Content):
    """One duty, qualification or competency, with what shows it."""

    id: Identifier = Field(
        description="Unique in the role: D3-2 for the second duty of the third area, Q1, C1",
        examples=["D3-2", "Q1", "C1"],
    )
    text: Text = Field(description="What is asked, in one short sentence")
    mapped: tuple[Mapped, ...] = Field(default=(), description="What shows it or a part of it")
    declared: Declared | None = Field(default=None, description="Evidence to declare, where papers or examples show it")
    gap: Text | None = Field(default=None, description="What of it nothing shows, and why")

    @property
    def cover(self) -> Covers | None:
        """How much of it can be shown; None for nothing. Declared evidence shows the whole of its line."""
        if self.declared or any(one.covers is Covers.WHOLE for one in self.mapped):
            return Covers.WHOLE
        return Covers.PART if self.mapped else None


class RoleArea(Content):
    """A responsibility with its duties."""

    title: Text = Field(description="The responsibility")
    duties: tuple[RoleLine, ...] = Field(min_length=1, description="Its duties, in order")


class RoleProfile(Content):
    """A job role as an employer describes it, at one version."""

    code: RoleCode = Field(description="The role's code; the file is named after it, account-health-specialist.yaml")
    title: Text = Field(description="The job")
    version: Version = Field(description="The profile's version; other content needs another version")
    employer: Text | None = Field(default=None, description="Whose role it is; empty for one that many employers have")
    summary: Text = Field(description="What a person in the role does, in a few sentences")
    source: Text = Field(description="Where the profile is from, and whose wording it is")
    areas: tuple[RoleArea, ...] = Field(min_length=1, description="Responsibilities with their duties, in order")
    qualifications: tuple[RoleLine, ...] = Field(default=(), description="What is asked before the job begins")
    competencies: tuple[RoleLine, ...] = Field(default=(), description="What is asked of a person in all duties")

    @property
    def duties(self) -> tuple[RoleLine, ...]:
        """The duties of all areas, in order."""
        return tuple(duty for area in self.areas for duty in area.duties)

    def each(self) -> Iterator[tuple[str, RoleLineKind, RoleLine]]:
        """Every line with its path in the file and its kind, in order."""
        for place, area in enumerate(self.areas):
            for index, line in enumerate(area.duties):
                yield f"areas.{place}.duties.{index}", RoleLineKind.DUTY, line
        for index, line in enumerate(self.qualifications):
            yield f"qualifications.{index}", RoleLineKind.QUALIFICATION, line
        for index, line in enumerate(self.competencies):
            yield f"competencies.{index}", RoleLineKind.COMPETENCY, line

    def lines(self) -> tuple[RoleLine, ...]:
        """Every line, in order."""
        return tuple(line for _path, _kind, line in self.each())

    def criterion_refs(self) -> tuple[str, ...]:
        """The criteria that anything is mapped to, each once, in order of the lines."""
        return tuple(dict.fromkeys(ref for line in self.lines() for one in line.mapped for ref in one.criteria))

    def unit_codes(self) -> tuple[str, ...]:
        """The units of those criteria, each once."""
        return tuple(dict.fromkeys(ref.partition("#")[0] for ref in self.criterion_refs()))

    def skills(self) -> tuple[str, ...]:
        """The skills that anything is mapped to, each once."""
        return tuple(dict.fromkeys(one.skill for line in self.lines() for one in line.mapped if one.skill))


def shipped_roles(folder: Path = ROLES) -> list[Path]:
    """The role files that come with the software, in order of name."""
    return sorted(folder.glob("*.yaml"))


def load_role(path: Path) -> tuple[RoleProfile | None, Document, list[Problem]]:
    """A role with its places, or None with every fault of shape found."""
    shown = str(path.relative_to(HERE.parent)) if path.is_relative_to(HERE.parent) else str(path)
    document, problems = read_path(path, shown)
    if problems:
        return None, document, problems
    role, problems = validate(document, RoleProfile)
    return role, document, problems


def read_role(content: bytes, name: str) -> tuple[RoleProfile | None, Document, list[Problem]]:
    """A role as it is handed over: one file of a name; or None with every fault of shape found."""
    text, problems = decode_text(content, name)
    if text is None:
        return None, Document(file=name, value=None), problems
    document, problems = read_document(text, name)
    if problems:
        return None, document, problems
    role, problems = validate(document, RoleProfile)
    return role, document, problems


def get_shipped_role(code: str) -> RoleProfile:
    """The shipped role of that code; raises ContentFaulty when its file has errors."""
    role, _, problems = load_role(ROLES / f"{file_stem(code)}.yaml")
    if role is None:
        raise ContentFaulty(problems)
    return role
