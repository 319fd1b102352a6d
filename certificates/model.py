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
    REVOKED = "revoked"
    EXPIRED = "expired"
    NOT_OURS = "not_ours"


class CertifiedUnit(Content):
    """One unit the holder was found competent in."""

    code: Text
    title: Text


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
    def _assessed_before_issued(self) -> Self:
        if self.issued_on < self.assessed_on:
            raise ValueError(f"issued on {self.issued_on}, before the assessment on {self.assessed_on}")
        return self


class DesignWords(Content):
    """The fixed words of a design in one language."""

    months: tuple[Text, ...] = Field(min_length=12, max_length=12)
    document: Text
    certifies: Text
    competent: Text
    version: Text
    nsqf_level: Text
    units: Text
    marks: Text
    number: Text
    assessed_on: Text
    issued_on: Text
    centre: Text
    agency: Text
    approved_by: Text
    verify: Text
    specimen: Text
    specimen_words: Text

    def day(self, when: date) -> str:
        """A date as this language writes it: 3 March 2026."""
        return f"{when.day} {self.months[when.month - 1]} {when.year}"


class Design(Content):
    """How certificates look: a folder with a template, a style sheet and these words."""

    name: Text
    title: Text
    words: Mapping[Language, DesignWords]

    @model_validator(mode="after")
    def _has_english(self) -> Self:
        if "en" not in self.words:
            raise ValueError("words need at least English (en)")
        return self
