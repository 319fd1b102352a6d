"""What a checker is told: one word, one colour, one true sentence."""

import pytest

from certificates.errors import FactsMissing
from certificates.model import CertificateFacts, CertificateStatus
from certificates.verification import Colour, describe

OURS = [status for status in CertificateStatus if status is not CertificateStatus.NOT_OURS]


@pytest.mark.parametrize(
    ("status", "word", "colour"),
    [
        (CertificateStatus.VALID, "Valid", Colour.GREEN),
        (CertificateStatus.SPECIMEN, "Specimen", Colour.AMBER),
        (CertificateStatus.EXPIRED, "Expired", Colour.AMBER),
        (CertificateStatus.REVOKED, "Revoked", Colour.RED),
        (CertificateStatus.NOT_OURS, "Not ours", Colour.RED),
    ],
)
def test_each_status_has_its_word_and_colour(
    facts: CertificateFacts, status: CertificateStatus, word: str, colour: Colour
) -> None:
    verdict = describe(status, facts.model_copy(update={"specimen": False}))
    assert (str(verdict.word), verdict.colour) == (word, colour)


@pytest.mark.parametrize("status", OURS)
def test_the_sentence_names_the_holder_and_the_job_role(facts: CertificateFacts, status: CertificateStatus) -> None:
    sentence = str(describe(status, facts).explanation)
    assert facts.holder_name in sentence
    assert facts.pack_title in sentence


@pytest.mark.parametrize("status", CertificateStatus)
def test_a_certificate_on_sample_marks_is_never_said_to_show_competence(
    facts: CertificateFacts, status: CertificateStatus
) -> None:
    verdict = describe(status, facts)
    assert verdict.colour is not Colour.GREEN
    assert "was found competent" not in str(verdict.explanation)


def test_what_is_not_ours_says_nothing_of_anybody() -> None:
    assert describe(CertificateStatus.NOT_OURS, None).explanation.facts == {}


@pytest.mark.parametrize("status", OURS)
def test_a_certificate_of_ours_cannot_be_described_without_facts(status: CertificateStatus) -> None:
    with pytest.raises(FactsMissing) as refusal:
        describe(status, None)
    assert refusal.value.status == status


def test_a_per_cent_sign_in_a_name_stays_what_it_is(facts: CertificateFacts) -> None:
    odd = facts.model_copy(update={"holder_name": "100%(role)s"})
    assert "100%(role)s" in str(describe(CertificateStatus.REVOKED, odd).explanation)
