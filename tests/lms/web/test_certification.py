"""Pages of certificates: the public check, the file, revocation."""

import re

import pytest

from certificates.codes import verification_code
from lms.extensions import db
from lms.records.certificates import facts_of
from lms.services import certification
from lms.tables.certification import CertificateFileRow, CertificateRow, RevocationRow
from lms.tables.jobs import JobRow, JobState
from tests.lms.released import RELEASED, an_assessment

UNKNOWN = verification_code(bytes(range(11)))


@pytest.fixture
def certificate(app, actor) -> CertificateRow:
    """The certificate of the first trainee; not printed."""
    row = an_assessment()
    certification.issue_for_assessment(actor("council"), row.id, now=RELEASED)
    db.session.commit()
    return db.session.query(CertificateRow).order_by(CertificateRow.id).first()


def print_it(certificate: CertificateRow) -> None:
    db.session.add(
        CertificateFileRow(certificate_id=certificate.id, sha256="0" * 64, content=b"%PDF-1.7 it", made_at=RELEASED)
    )
    db.session.commit()


def test_anybody_checks_a_code_and_a_specimen_never_says_valid(client, certificate) -> None:
    answer = client.get(f"/verify/{certificate.code}")
    facts = facts_of(certificate)
    assert answer.status_code == 200
    assert "verdict-amber" in answer.text
    assert "Specimen" in answer.text
    assert "Valid" not in answer.text
    for said in (facts.holder_name, facts.pack_title, facts.number, facts.code, facts.units[0].title):
        assert said in answer.text
    shown = re.sub(r'="[^"]*"', "", answer.text)  # tokens and addresses have any figures
    assert re.search(rf"\b{facts.percent_display}\b", shown) is None


def test_a_certificate_on_official_marks_is_valid(client, certificate) -> None:
    facts = facts_of(certificate).model_copy(update={"specimen": False, "code": UNKNOWN, "number": "X-1"})
    other = db.session.query(CertificateRow).order_by(CertificateRow.id.desc()).first()
    db.session.add(
        CertificateRow(
            result_id=_result_without(other),
            number="X-1",
            code=UNKNOWN,
            is_specimen=False,
            facts=facts.model_dump_json(),
            issued_at=RELEASED,
        )
    )
    db.session.commit()
    answer = client.get(f"/verify/{UNKNOWN}")
    assert "verdict-green" in answer.text
    assert "Valid" in answer.text


def _result_without(certificate: CertificateRow) -> int:
    """A result that has no certificate."""
    return certificate.result_id + 1


def test_an_unknown_code_is_not_ours_and_has_the_same_layout(client, certificate) -> None:
    answer = client.get(f"/verify/{UNKNOWN}")
    assert answer.status_code == 404
    assert "Not ours" in answer.text
    assert 'class="certificate-check"' in answer.text
    assert 'class="certificate-check"' in client.get(f"/verify/{certificate.code}").text


def test_a_code_is_typed_in_any_way(client, certificate) -> None:
    answer = client.get("/verify", query_string={"code": f" {certificate.code.lower().replace('-', ' ')}"})
    assert answer.headers["Location"].endswith(f"/verify/{certificate.code}")


@pytest.mark.parametrize("path", ["/verify?code=ABC", "/verify/ABC"])
def test_a_mistyped_code_is_said_beside_the_field(client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 422
    assert "This has 3 letters and digits; a code has 18." in answer.text
    assert 'value="ABC"' in answer.text
    assert client.get("/verify?code=").status_code == 200


def test_the_number_of_a_certificate_typed_for_its_code_is_told_apart(client, certificate) -> None:
    for typed in (certificate.number, certificate.number.lower()):
        answer = client.get("/verify", query_string={"code": typed})
        assert answer.status_code == 422
        assert "This is the number of the certificate. Type the code" in answer.text


def test_what_is_typed_is_shown_as_text(client) -> None:
    answer = client.get("/verify", query_string={"code": '"><script>alert(1)</script>'})
    assert answer.status_code == 422
    assert "<script>alert" not in answer.text


def test_the_file_has_the_number_in_its_name(signed_in, certificate) -> None:
    print_it(certificate)
    for login in ("trainee", "centre", "council"):
        answer = signed_in(login).get(f"/certificates/{certificate.id}.pdf")
        assert (answer.status_code, answer.data) == (200, b"%PDF-1.7 it")
        assert answer.mimetype == "application/pdf"
        assert f"certificate-{certificate.number}.pdf" in answer.headers["Content-Disposition"]
        answer.close()


def test_a_certificate_that_is_not_printed_yet_asks_for_patience(signed_in, certificate) -> None:
    answer = signed_in("trainee").get(f"/certificates/{certificate.id}.pdf")
    assert answer.status_code == 202
    assert "being printed" in answer.text
    assert "data-refresh" in answer.text


@pytest.mark.parametrize(
    ("login", "status"),
    [("trainee-c", 404), ("trainee2", 404), ("centre2", 404), ("council2", 404), ("agency", 403), ("assessor", 403)],
)
@pytest.mark.parametrize("end", ["", ".pdf"])
def test_a_certificate_of_somebody_else_cannot_be_opened(signed_in, certificate, login: str, status: int, end) -> None:
    print_it(certificate)
    assert signed_in(login).get(f"/certificates/{certificate.id}{end}").status_code == status


def test_a_revocation_says_first_what_will_happen_and_shows_at_once(signed_in, client, certificate) -> None:
    browser, url = signed_in("council"), f"/certificates/{certificate.id}"
    assert "This revokes 1 certificate, of Trainee." in browser.get(url).text
    assert browser.post(f"{url}/revoke", data={"reason": ""}).status_code == 422
    for _ in range(2):
        assert browser.post(f"{url}/revoke", data={"reason": "Issued to the wrong person"}).status_code == 302
    assert db.session.query(RevocationRow).count() == 1
    assert "Issued to the wrong person" in browser.get(url).text
    public = client.get(f"/verify/{certificate.code}").text
    assert "Revoked on" in public
    assert "wrong person" not in public


@pytest.mark.parametrize(("login", "status"), [("centre", 403), ("trainee", 403), ("council2", 404)])
def test_nobody_else_revokes(signed_in, certificate, login: str, status: int) -> None:
    answer = signed_in(login).post(f"/certificates/{certificate.id}/revoke", data={"reason": "No reason at all"})
    assert answer.status_code == status
    assert db.session.query(RevocationRow).count() == 0
    assert "Revoke the certificate" not in signed_in("centre").get(f"/certificates/{certificate.id}").text


def test_the_council_has_a_failed_printing_done_again(signed_in, certificate) -> None:
    db.session.query(JobRow).one().state = JobState.FAILED
    db.session.commit()
    browser = signed_in("council")
    first = browser.post(f"/certificates/{certificate.id}/print").headers["Location"]
    assert "/jobs/" in first
    assert "Printing certificates" in browser.get(first).text
    assert browser.post(f"/certificates/{certificate.id}/print").headers["Location"].endswith(f"/{certificate.id}")
    assert db.session.query(JobRow).count() == 2
