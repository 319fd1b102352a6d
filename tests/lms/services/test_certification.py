"""Certificates: one for each competent result, printed once, checked by anybody, revoked for ever."""

import re
from datetime import timedelta
from fractions import Fraction
from io import BytesIO

import pytest
from pypdf import PdfReader

from assessments.decisions import decide_result
from certificates.codes import read_code
from lms.extensions import db
from lms.printing import missing_libraries
from lms.records.certificates import facts_of
from lms.records.content import scheme_of
from lms.services import certification, history, jobs
from lms.services.errors import Absent, Conflict, Faulty
from lms.tables.assessing import AssessmentState
from lms.tables.certification import CertificateFileRow, CertificateRow, RevocationRow
from lms.tables.jobs import JobRow, JobState
from lms.tables.training import TraineeRow
from tests.builders import some_scores
from tests.conftest import BOTH, REQUIRE_ALL
from tests.lms.released import RELEASED, add_result, an_assessment, candidate_of

needs_pango = pytest.mark.skipif(bool(missing_libraries()) and not REQUIRE_ALL, reason="Pango is not installed")


@pytest.fixture
def issued(app, actor) -> list[CertificateRow]:
    """The certificates of a released assessment: two of four candidates are competent."""
    row = an_assessment()
    certification.issue_for_assessment(actor("council"), row.id, now=RELEASED)
    db.session.commit()
    return certificates()


def certificates() -> list[CertificateRow]:
    return db.session.query(CertificateRow).order_by(CertificateRow.id).all()


@BOTH
def test_every_competent_candidate_gets_one_certificate_however_often_it_is_issued(app, actor) -> None:
    row = an_assessment()
    job = certification.issue_for_assessment(actor("council"), row.id, now=RELEASED)
    db.session.commit()
    again = certification.issue_for_assessment(actor("council"), row.id, now=RELEASED + timedelta(hours=1))
    db.session.commit()
    holders = [certificate.result.candidate.trainee.person.login for certificate in certificates()]
    assert holders == ["trainee", "trainee-c"]
    assert [item.key for item in job.items] == [str(certificate.id) for certificate in certificates()]
    assert again is None
    assert db.session.query(JobRow).count() == 1


@BOTH
def test_numbers_go_on_over_assessments_and_start_again_each_year(app, actor) -> None:
    for place, moment in enumerate((RELEASED, RELEASED + timedelta(days=1), RELEASED + timedelta(days=80))):
        row = an_assessment(code=f"A-2026-100{place}", shares={"trainee": Fraction(1)}, absent=())
        certification.issue_for_assessment(actor("council"), row.id, now=moment)
    db.session.commit()
    numbers = [re.sub(r"-\d\d$", "", certificate.number) for certificate in certificates()]
    assert numbers == ["ASC-Q1106-2026-000001", "ASC-Q1106-2026-000002", "ASC-Q1106-2027-000001"]


@BOTH
def test_a_corrected_result_gives_no_second_certificate(app, actor) -> None:
    row = an_assessment(shares={"trainee": Fraction(3, 4)}, absent=())
    certification.issue_for_assessment(actor("council"), row.id, now=RELEASED)
    candidate, scheme = candidate_of("trainee"), scheme_of(row.scheme_version)
    add_result(candidate, decide_result(scheme, candidate.number, some_scores(scheme, Fraction(4, 5))), number=2)
    assert certification.issue_for_assessment(actor("council"), row.id, now=RELEASED) is None
    assert len(certificates()) == 1


def test_a_result_that_was_corrected_to_not_yet_competent_is_not_certified(app, actor) -> None:
    row = an_assessment(shares={"trainee": Fraction(1)}, absent=())
    candidate, scheme = candidate_of("trainee"), scheme_of(row.scheme_version)
    add_result(candidate, decide_result(scheme, candidate.number, some_scores(scheme, Fraction(1, 2))), number=2)
    assert certification.issue_for_assessment(actor("council"), row.id, now=RELEASED) is None


def test_nothing_is_issued_before_the_release(app, actor) -> None:
    row = an_assessment(state=AssessmentState.APPROVED)
    with pytest.raises(Conflict):
        certification.issue_for_assessment(actor("council"), row.id, now=RELEASED)


def test_a_certificate_states_the_facts_of_the_assessment(issued) -> None:
    facts = facts_of(issued[0])
    assert (facts.holder_name, facts.pack_code, facts.pack_title) == (
        "Trainee",
        "ASC/Q1106",
        "Customer Relationship Executive",
    )
    assert (facts.council_name, facts.centre_name, facts.agency_name)[1:] == ("Centre 1", "Agency 1")
    assert (str(facts.assessed_on), str(facts.issued_on), facts.percent_display) == ("2026-11-05", "2026-11-08", "75")
    assert len(facts.units) == 5
    assert facts.verify_url == f"http://127.0.0.1:8000/verify/{facts.code}"
    assert read_code(facts.code.lower().replace("-", " ")) == issued[0].code


def test_sample_marks_make_a_specimen_even_where_the_assessment_says_nothing(app, actor) -> None:
    row = an_assessment(is_specimen=False)
    certification.issue_for_assessment(actor("council"), row.id, now=RELEASED)
    assert [(certificate.is_specimen, facts_of(certificate).specimen) for certificate in certificates()] == [
        (True, True),
        (True, True),
    ]
    assert str(certification.check(certificates()[0].code).verdict.word) == "Specimen"


@pytest.mark.parametrize(
    ("written", "line"),
    [
        ("Meera Sharma", "C/o Meera Sharma"),
        ("D/o  Meera Sharma", "D/o Meera Sharma"),
        ("Daughter of Meera", "Daughter of Meera"),
        ("", None),
    ],
)
def test_the_guardian_stands_as_the_roster_says(app, actor, written: str, line: str | None) -> None:
    row = an_assessment(shares={"trainee": Fraction(1)}, absent=())
    db.session.get(TraineeRow, candidate_of("trainee").trainee_id).guardian = written
    certification.issue_for_assessment(actor("council"), row.id, now=RELEASED)
    assert facts_of(certificates()[0]).guardian_line == line


def test_a_name_too_long_for_any_line_does_not_stop_the_release(app, actor) -> None:
    row = an_assessment(shares={"trainee": Fraction(1)}, absent=())
    candidate_of("trainee").trainee.person.name = "A" * 150
    certification.issue_for_assessment(actor("council"), row.id, now=RELEASED)
    assert facts_of(certificates()[0]).holder_name == "A" * 119 + "…"


@BOTH
@needs_pango
def test_the_job_prints_every_certificate_once(app, actor) -> None:
    row = an_assessment(shares={"trainee": Fraction(1)}, absent=())
    job = certification.issue_for_assessment(actor("council"), row.id, now=RELEASED)
    db.session.commit()
    jobs.run_job(job.id, lambda: RELEASED)
    assert [item.error for item in job.items] == [""]
    assert job.state == JobState.DONE
    certificate, file = certification.find_file(actor("trainee"), certificates()[0].id)
    text = " ".join(PdfReader(BytesIO(file.content)).pages[0].extract_text().split())
    assert "Trainee" in text
    assert certificate.number in text
    assert "SPECIMEN" in text
    certification.print_certificate(row.id, str(certificate.id), RELEASED)
    assert db.session.query(CertificateFileRow).count() == 1


def test_a_key_of_another_assessment_is_not_printed(issued) -> None:
    other = an_assessment(code="A-2026-0002", shares={}, absent=())
    with pytest.raises(Absent):
        certification.print_certificate(other.id, str(issued[0].id), RELEASED)


def test_only_a_certificate_whose_printing_failed_is_printed_again(issued, actor) -> None:
    assert certification.print_again(actor("council"), issued[0].id, now=RELEASED) is None
    db.session.query(JobRow).one().state = JobState.FAILED
    job = certification.print_again(actor("council"), issued[0].id, now=RELEASED)
    assert [item.key for item in job.items] == [str(issued[0].id)]
    assert certification.print_again(actor("council"), issued[0].id, now=RELEASED) is None


@pytest.mark.parametrize("login", ["trainee", "centre", "council"])
def test_the_holder_the_centre_and_the_council_see_a_certificate(issued, actor, login: str) -> None:
    assert certification.get_sheet(actor(login), issued[0].id).row is issued[0]


@pytest.mark.parametrize("login", ["trainee-c", "trainee2", "centre2", "council2", "agency", "trainer"])
def test_to_everybody_else_it_is_absent(issued, actor, login: str) -> None:
    with pytest.raises(Absent):
        certification.get_sheet(actor(login), issued[0].id)
    with pytest.raises(Absent):
        certification.find_file(actor(login), issued[0].id)


@BOTH
def test_a_revoked_certificate_is_revoked_at_once_and_for_ever(app, actor) -> None:
    row = an_assessment(shares={"trainee": Fraction(1)}, absent=())
    certification.issue_for_assessment(actor("council"), row.id, now=RELEASED)
    db.session.commit()
    certificate = certificates()[0]
    for reason in ("Issued to the wrong person", "Another reason"):
        certification.revoke(actor("council"), certificate.id, reason=reason, now=RELEASED)
    answer = certification.check(certificate.code)
    assert (str(answer.verdict.word), answer.revoked_at) == ("Revoked", RELEASED)
    assert [revocation.reason for revocation in db.session.query(RevocationRow)] == ["Issued to the wrong person"]
    assert history.list_history(certification.THING, certificate.id)[0].why == "Issued to the wrong person"


@pytest.mark.parametrize("login", ["trainee", "centre", "council2"])
def test_nobody_but_the_council_revokes(issued, actor, login: str) -> None:
    with pytest.raises(Absent):
        certification.revoke(actor(login), issued[0].id, reason="For no good reason", now=RELEASED)
    assert db.session.query(RevocationRow).count() == 0


def test_a_revocation_needs_a_reason(issued, actor) -> None:
    with pytest.raises(Faulty, match="at least 5"):
        certification.revoke(actor("council"), issued[0].id, reason="  x ", now=RELEASED)


def test_codes_are_read_forgivingly_and_mistypings_named(issued) -> None:
    code = issued[0].code
    for typed in (code.lower(), f" {code.replace('-', ' ')} ", f"https://anything.example/verify/{code}?x=1"):
        assert certification.read_typed(typed) == code
    with pytest.raises(Faulty, match="a code has 18"):
        certification.read_typed(code[:-1])


def test_a_good_code_that_was_never_issued_is_not_ours(app) -> None:
    answer = certification.check("DET51P-QYMJ2H-ME6C6N")
    assert (str(answer.verdict.word), answer.facts) == ("Not ours", None)
