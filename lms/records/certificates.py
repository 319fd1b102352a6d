"""Certificates: what the rows of an assessment state as facts, and the facts back from a certificate's row."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from assessments.decisions import Result
from assessments.marks import truncated
from certificates.model import CertificateFacts, CertifiedUnit
from curriculum.model import QualificationPack
from lms.records.content import pack_of
from lms.tables.assessing import AssessmentRow, CandidateRow
from lms.tables.certification import CertificateRow

LONGEST = 120
# What rosters write in front of a parent's or a husband's name.
_RELATION = re.compile(r"(\w+ of|[sdwc]/o)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What makes one certificate this one and no other: number, code, address of its check, day of issue."""

    number: str
    code: str
    verify_url: str
    issued_on: date
    assessed_on: date


def certificate_facts(
    assessment: AssessmentRow, candidate: CandidateRow, result: Result, marks: Marks, carried: Mapping[str, date]
) -> CertificateFacts:
    """Everything that the certificate of a competent candidate states.

    `carried` are the days of the attempts in which units were assessed that this one did not assess again.
    """
    pack = pack_of(assessment.pack_version)
    percent = result.deciding_percent
    return CertificateFacts(
        number=marks.number,
        code=marks.code,
        holder_name=_fitting(candidate.trainee.person.name),
        guardian_line=_guardian_line(candidate.trainee.guardian),
        pack_code=pack.code,
        pack_title=_fitting(pack.title),
        pack_version=pack.version,
        nsqf_level=None if pack.is_employers else pack.pack.nsqf_level,
        is_employers=pack.is_employers,
        units=_units(pack, result, carried),
        outcome="Competent",
        percent_display=truncated(percent),
        assessed_on=min(marks.assessed_on, marks.issued_on),
        issued_on=marks.issued_on,
        council_name=_fitting(assessment.council.name),
        centre_name=_fitting(assessment.batch.centre.name),
        agency_name=_fitting(assessment.agency.name),
        specimen=result.specimen or assessment.is_specimen,
        verify_url=marks.verify_url,
        attempt_number=candidate.attempt_number,
    )


def _units(pack: QualificationPack, result: Result, carried: Mapping[str, date]) -> tuple[CertifiedUnit, ...]:
    """The units that made the result, and the options that were reached."""
    options = {condition.name.partition(":")[2] for condition in result.options if condition.met}
    return tuple(
        CertifiedUnit(code=unit.code, title=unit.title, assessed_on=carried.get(unit.code))
        for unit in pack.units
        if unit.code in result.unit_scores or unit.code in options
    )


def facts_of(row: CertificateRow) -> CertificateFacts:
    """What a certificate states."""
    return CertificateFacts.model_validate_json(row.facts)


def _guardian_line(guardian: str) -> str | None:
    name = " ".join(guardian.split())
    if not name:
        return None
    return _fitting(name if _RELATION.match(name) else f"C/o {name}")


def _fitting(name: str) -> str:
    """A name as it stands, cut where it would not fit any line: one long name must not stop a whole release."""
    return name if len(name) <= LONGEST else name[: LONGEST - 1].rstrip() + "…"
