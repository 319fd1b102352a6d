"""What a certificate is: the facts it states, the standing it has, the design it is set in."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from curriculum.documents import Content
from curriculum.model import Text, Version

Name = Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]
WebAddress = Annotated[str, StringConstraints(pattern=r"^https?://[!-~]+$", max_length=300)]
Language = Literal["en", "hi", "pl"]


class CertificateStatus(StrEnum):
    """What a certificate is worth today; specimen never becomes valid."""

    VALID = "valid"
    SPECIMEN = "specimen"
    RECALLED = "recalled"
    REPLACED = "replaced"
    REVOKED = "revoked"
    EXPIRED = "expired"
    NOT_OURS = "not_ours"


class CertifiedUnit(Content):
    """One unit the holder was found competent in; `assessed_on` where that was in an attempt before."""

    code: Text
    title: Text
    assessed_on: date | None = None


class CertificateFacts(Content):
    """Everything a certificate states, fixed on the day it is issued.

    `outcome` and `guardian_line` are words in `language`; `percent_display` is already truncated.
    """

    number: Text
    code: Text = Field(description="The public verification code")
    holder_name: Name
    guardian_line: Name | None = Field(default=None, description="Such as “Daughter of Meera Sharma”")
    pack_code: Text
    pack_title: Name
    pack_version: Version
    nsqf_level: Text | None = None
    is_employers: bool = Field(default=False, description="The pack is an employer's own, not aligned to the NSQF")
    units: tuple[CertifiedUnit, ...] = Field(min_length=1)
    outcome: Text
    percent_display: Text | None = None
    assessed_on: date
    issued_on: date
    council_name: Name
    centre_name: Name
    agency_name: Name
    specimen: bool
    verify_url: WebAddress
    attempt_number: int = Field(ge=1)
    language: Language = "en"

    @model_validator(mode="after")
    def _employers_claim_no_level(self) -> Self:
        if self.is_employers and self.nsqf_level is not None:
            raise ValueError(f"level {self.nsqf_level} of the NSQF, but the pack is an employer's own")
        return self

    @model_validator(mode="after")
    def _assessed_before_issued(self) -> Self:
        if self.issued_on < self.assessed_on:
            raise ValueError(f"issued on {self.issued_on}, before the assessment on {self.assessed_on}")
        return self


class DesignWords(Content):
    """The fixed words of a design in one language."""

    months: tuple[Text, ...] = Field(min_length=12, max_length=12, description="The twelve months, January first")
    document: Text = Field(description="The heading of the certificate")
    certifies: Text = Field(description="Stands before the name of the holder")
    competent: Text = Field(description="Stands between the name and the job role")
    version: Text = Field(description="Stands before the version of the pack")
    nsqf_level: Text = Field(description="Stands before the level")
    employer_pack: Text = Field(description="Stands in place of the level where the pack is an employer's own")
    units: Text = Field(description="The heading above the units")
    marks: Text = Field(description="Stands before the percentage")
    number: Text = Field(description="Stands before the number of the certificate")
    assessed_on: Text = Field(description="Stands before the day of the assessment")
    issued_on: Text = Field(description="Stands before the day of issue")
    centre: Text = Field(description="Stands before the training centre")
    agency: Text = Field(description="Stands before the assessment agency")
    approved_by: Text = Field(description="Stands before the council")
    verify: Text = Field(description="Stands beside the square for phones, before the address")
    specimen: Text = Field(description="One word, printed large across a specimen")
    specimen_words: Text = Field(description="Why it is a specimen, in a line")

    def day(self, when: date) -> str:
        """A date as this language writes it: 3 March 2026."""
        return f"{when.day} {self.months[when.month - 1]} {when.year}"


class Design(Content):
    """How certificates look: a folder with a template, a style sheet and these words."""

    name: Text = Field(description="The name of its folder")
    title: Text = Field(description="What people call it")
    words: Mapping[Language, DesignWords] = Field(
        description="Its fixed words by language: en, and hi or pl if you like"
    )

    @model_validator(mode="after")
    def _has_english(self) -> Self:
        if "en" not in self.words:
            raise ValueError("words need at least English (en)")
        return self
