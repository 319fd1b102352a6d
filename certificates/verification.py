"""What somebody who checks a certificate is told: a word, a colour and one sentence."""

from dataclasses import dataclass, replace
from enum import StrEnum

from assessments.words import Message
from certificates.errors import FactsMissing
from certificates.model import CertificateFacts, CertificateStatus


class Colour(StrEnum):
    """A colour by its meaning; the page chooses the shade and adds an icon."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The answer to a check, to be read in ten seconds."""

    word: Message
    colour: Colour
    explanation: Message


_WORDS = {
    CertificateStatus.VALID: Message("Valid"),
    CertificateStatus.SPECIMEN: Message("Specimen"),
    CertificateStatus.EXPIRED: Message("Expired"),
    CertificateStatus.RECALLED: Message("To be re-issued"),
    CertificateStatus.REPLACED: Message("Replaced"),
    CertificateStatus.REVOKED: Message("Revoked"),
    CertificateStatus.NOT_OURS: Message("Not ours"),
}
_COLOURS = {
    CertificateStatus.VALID: Colour.GREEN,
    CertificateStatus.SPECIMEN: Colour.AMBER,
    CertificateStatus.EXPIRED: Colour.AMBER,
    CertificateStatus.RECALLED: Colour.AMBER,
    CertificateStatus.REPLACED: Colour.RED,
    CertificateStatus.REVOKED: Colour.RED,
    CertificateStatus.NOT_OURS: Colour.RED,
}
_EXPLANATIONS = {
    CertificateStatus.VALID: Message("%(council)s confirms that %(holder)s was found competent as %(role)s."),
    CertificateStatus.SPECIMEN: Message(
        "Made from sample marks, to show what a certificate looks like. It says nothing about %(holder)s as %(role)s."
    ),
    CertificateStatus.EXPIRED: Message(
        "%(holder)s was found competent as %(role)s; the time for which %(council)s certified this is over."
    ),
    CertificateStatus.RECALLED: Message(
        "The result of %(holder)s as %(role)s was corrected after this certificate was issued. %(council)s will issue "
        "a new one or withdraw this one. Ask there before you rely on it."
    ),
    CertificateStatus.REPLACED: Message(
        "%(council)s has issued another certificate to %(holder)s as %(role)s in place of this one. Only the other one "
        "counts."
    ),
    CertificateStatus.REVOKED: Message(
        "%(council)s has withdrawn this certificate of %(holder)s as %(role)s. It must not be relied on."
    ),
    CertificateStatus.NOT_OURS: Message(
        "No certificate with this code was issued here. Compare the code with the paper; "
        "if they are the same, the paper is not a certificate of ours."
    ),
}
_CLAIMS_COMPETENCE = {CertificateStatus.VALID, CertificateStatus.EXPIRED}


def describe(status: CertificateStatus, facts: CertificateFacts | None) -> Verdict:
    """The verdict on a certificate. One made on sample marks is never said to show competence.

    Facts are needed for every status but `not_ours`; without them `FactsMissing` is raised.
    """
    if facts is not None and facts.specimen and status in _CLAIMS_COMPETENCE:
        status = CertificateStatus.SPECIMEN
    explanation = replace(_EXPLANATIONS[status], facts=_named(status, facts))
    return Verdict(word=_WORDS[status], colour=_COLOURS[status], explanation=explanation)


def _named(status: CertificateStatus, facts: CertificateFacts | None) -> dict[str, str]:
    if status is CertificateStatus.NOT_OURS:
        return {}
    if facts is None:
        raise FactsMissing(status)
    return {"holder": facts.holder_name, "role": facts.pack_title, "council": facts.council_name}
