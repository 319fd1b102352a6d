"""What stands beside a published text because the text does not print it."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from curriculum.documents import Content
from curriculum.model import CodeStatus, Text, Version

_UnitCode = Annotated[
    str,
    StringConstraints(pattern=r"^[^\s,;@\x00-\x1f\x7f]{1,60}(@\d{1,9}(\.\d{1,9}){0,9})?$"),
    Field(examples=["ASC/N0001", "ASC/N0001@2.0"]),
]
_PackCode = Annotated[str, StringConstraints(pattern=r"^[^\s\x00-\x1f\x7f]{1,60}$"), Field(examples=["ASC/Q1106"])]
_Level = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,2}(\.[0-9]{1,2})?$"), Field(examples=["4", "4.5"])]


class PublishedMeta(Content):
    """Facts of a pack that its text does not print, or prints wrongly; each is optional and stands before the text."""

    code: _PackCode | None = Field(default=None, description="The pack's code, ASC/Q1106")
    code_status: CodeStatus | None = Field(default=None, description="local when the council has published no code")
    title: Text | None = Field(default=None, description="The job role")
    version: Version | None = Field(default=None, description="The pack's version, and that of units that print none")
    kind: Literal["qualification_pack", "employer_pack"] | None = Field(
        default=None, description="Whose standard it is"
    )
    nsqf_level: _Level | None = Field(default=None, description="Level in the National Skills Qualifications Framework")
    sector: Text | None = Field(default=None, description="The sector")
    sub_sector: Text | None = Field(default=None, description="The sub-sector")
    occupation: Text | None = Field(default=None, description="The occupation")
    brief_description: Text | None = Field(default=None, description="What a person in the role does")
    personal_attributes: Text | None = Field(default=None, description="What the role asks of a person")
    duration: Text | None = Field(default=None, description="How long the training is")
    source: Text | None = Field(default=None, description="Where the text is from, and what is not the council's")
    units: tuple[_UnitCode, ...] = Field(default=(), description="Codes of the units in printed order")

    def given(self) -> dict[str, str]:
        """What is given, as `read_published` takes it."""
        texts = {name: str(value) for name, value in self if value is not None and name != "units"}
        return {**texts, **({"units": " ".join(self.units)} if self.units else {})}
