"""Pages of job roles and of coverage, as people read them and as forms send them."""

import csv
import io
import re
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from pypdf import PdfReader

from assessments.role_readiness import Ready
from curriculum.roles import get_shipped_role
from lms.extensions import db
from lms.printing import missing_libraries
from lms.services import jobs
from lms.tables.content import PackVersionRow
from lms.tables.jobs import JobRow
from lms.tables.roles import DeclarationCheckRow, DeclarationRow, RoleVersionRow
from lms.tables.training import BatchRow, TraineeRow
from lms.web.roles.words import ready_look
from tests import world
from tests.lms.released import an_assessment
from tests.lms.services.assessing_steps import batch, person

can_print = pytest.mark.skipif(bool(missing_libraries()), reason="nothing can be printed here")
NOW = world.DAY + timedelta(days=7)
ROLE = get_shipped_role("ACCOUNT-HEALTH-SPECIALIST")
HOSTILE = '<script>alert(1)</script> & "me" {{ 7 * 7 }}'


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


def role_id() -> int:
    return db.session.query(RoleVersionRow).one().id


def key_on(page: str) -> str:
    found = re.search(r'name="key"[^>]*value="([^"]+)"', page)
    assert found, page
    return found[1]


def declared(browser, what: str = "Bachelor of Commerce") -> DeclarationRow:
    address = f"/roles/{role_id()}/lines/Q1/declare"
    key = key_on(browser.get(address).text)
    form = {"key": key, "what": what, "place": "University of Pune", "day": "2024-06-12"}
    for _twice in range(2):
        assert browser.post(address, data=form).status_code == 302
    return db.session.query(DeclarationRow).one()


def test_a_role_shows_every_line_with_what_shows_it(app, signed_in) -> None:
    page = signed_in("trainer").get(f"/roles/{role_id()}").text
    assert all(f'id="line-{line.id}"' in page for line in ROLE.lines())
    assert "ASC/N1106 PC8" in page
    assert re.search(r'<a href="/skills/SSUP">SSUP 3</a>', page)
    assert signed_in("admin").get(f"/roles/{role_id()}").status_code == 403


def test_in_another_language_a_role_says_that_its_own_words_are_not_in_it(app, signed_in) -> None:
    browser, note = signed_in("trainee"), "Słowa roli i pakietów są w języku, w którym je opublikowano"
    assert "language in which they were published" not in browser.get(f"/roles/{role_id()}").text
    browser.post("/account/preferences", data={"language": "pl"})
    own = ("", f"/{role_id()}", f"/{role_id()}/mine", f"/{role_id()}/lines/Q1/declare")
    for address in (f"/roles{one}" for one in own):
        assert note in browser.get(address).text


def test_a_trainee_sees_proof_apart_from_practice_and_what_to_do(app, signed_in) -> None:
    an_assessment()
    page = signed_in("trainee-c").get(f"/roles/{role_id()}/mine").text
    assert "released result of A-2026-0001" in page
    assert "Specimen: some of the proof rests on sample marks" in page
    assert "What brings you nearer" in page
    fresh = signed_in("trainee-d").get(f"/roles/{role_id()}/mine").text
    assert "Specimen" not in fresh
    assert "0 of 41 lines are proved, 0 in part." in " ".join(fresh.split())
    assert "Read “" in fresh


def test_evidence_is_declared_once_waits_on_the_home_page_and_is_checked(app, signed_in) -> None:
    row = declared(signed_in("trainee"), HOSTILE)
    centre = signed_in("centre")
    assert "Check declared evidence: 1" in centre.get("/").text
    assert "&lt;script&gt;" in centre.get("/declarations").text
    address = f"/declarations/{row.id}"
    asked = centre.get(address).text
    for words in ("Account Health Specialist", "Checked by", "Staff who saw the original, or asked the university"):
        assert words in asked
    faulty = centre.post(address, data={"seen": "0", "reason": "The original"})
    assert (faulty.status_code, "Say whether you confirm it." in faulty.text) == (422, True)
    said = {"seen": "0", "verdict": "confirmed", "reason": "The original"}
    assert centre.post(address, data=said).status_code == 302
    assert centre.post(address, data=said).status_code == 409
    assert db.session.query(DeclarationCheckRow).count() == 1
    page = signed_in("trainee").get(f"/roles/{role_id()}/mine").text
    assert "Checked by Centre." in page
    assert "<script>alert" not in page
    assert "Check declared evidence" not in centre.get("/").text


def test_declared_evidence_is_listed_in_words_for_people_and_days_in_polish(app, signed_in) -> None:
    row, centre = declared(signed_in("trainee")), signed_in("centre")
    centre.post("/account/preferences", data={"language": "pl"})
    heads = re.findall(r'<th scope="col">([^<]+)</th>', centre.get("/declarations").text)
    assert heads == ["Imię i nazwisko", "Rola zawodowa", "Czego wymaga", "Zgłoszono", "Zgłoszono dnia"]
    assert ">Zapisz</button>" in centre.get(f"/declarations/{row.id}").text


@pytest.mark.parametrize(
    "data", [{}, {"key": "x"}, {"key": "k" * 10, "what": "A degree", "place": "P", "day": "someday"}]
)
def test_a_form_that_says_too_little_declares_nothing(app, signed_in, data: dict[str, str]) -> None:
    answer = signed_in("trainee").post(f"/roles/{role_id()}/lines/Q1/declare", data=data)
    assert answer.status_code == 422
    assert db.session.query(DeclarationRow).count() == 0


@pytest.mark.parametrize("example", ["Bachelor of Commerce", "two years at a returns desk", "a workbook"])
def test_what_to_declare_has_an_example_of_a_degree_a_job_and_a_piece_of_work(app, signed_in, example: str) -> None:
    assert example in signed_in("trainee").get(f"/roles/{role_id()}/lines/C2/declare").text


def test_a_day_to_come_is_told_above_the_form_and_not_as_a_fault_of_another_field(app, signed_in) -> None:
    form = {"key": "k" * 10, "what": "A degree", "place": "Pune", "day": "2031-01-01"}
    page = signed_in("trainee").post(f"/roles/{role_id()}/lines/Q1/declare", data=form).text
    assert "1 Jan 2031 is still to come." in page[page.index('role="alert"') : page.index("What you have")]
    assert 'aria-invalid="true"' not in page


@pytest.mark.parametrize("line", ["D1-1", "Q9", "C1", "d1"])
def test_a_line_that_papers_do_not_show_is_not_there(app, signed_in, line: str) -> None:
    assert signed_in("trainee").get(f"/roles/{role_id()}/lines/{line}/declare").status_code == 404


def test_an_employer_sees_who_is_nearest_and_downloads_it(app, signed_in) -> None:
    an_assessment()
    db.session.query(TraineeRow).filter_by(person_id=person("trainee-c")).one().person.name = "=1+1"
    db.session.commit()
    start = f"/batches/{batch().id}/roles/{role_id()}"
    council = signed_in("council")
    page = council.get(start).text
    assert page.index("=1+1") < page.index("Trainee B")
    rows = list(csv.reader(io.StringIO(council.get(f"{start}/nearest.csv").data.decode("utf-8-sig"))))
    assert len(rows) == 5
    assert rows[1][:3] == ["1", "TC-1-003", "'=1+1"]
    book = zipfile.ZipFile(io.BytesIO(council.get(f"{start}/nearest.xlsx").data))
    words = book.read("xl/sharedStrings.xml").decode()
    assert "released result of A-2026-0001" in words
    assert "employer pack, not aligned to the NSQF" in words
    assert signed_in("centre2").get(start).status_code == 404


def test_wherever_an_employers_own_pack_shows_a_role_it_is_said_that_it_has_no_level(app, signed_in) -> None:
    an_assessment()
    trainee = db.session.query(TraineeRow).filter_by(person_id=person("trainee-c")).one()
    nearest = f"/batches/{trainee.batch_id}/roles/{role_id()}"
    council = signed_in("council")
    pages = [council.get(address) for address in (f"/roles/{role_id()}", nearest)]
    pages += [council.get(f"/batches/{trainee.batch_id}/trainees/{trainee.id}/roles/{role_id()}")]
    pages += [signed_in("trainee-c").get(f"/roles/{role_id()}/mine")]
    for page in pages:
        told = " ".join(re.sub("<[^>]+>", "", page.text).split())
        own = "EMP/Q0001 Account Health Specialist (Employer pack, not aligned to the NSQF)"
        assert own in told
        assert "RAS/Q0301 Seller Activation Executive." in told  # a council's pack has its level, and no such words


def test_the_batches_of_an_own_pack_can_be_chosen_on_the_page_of_a_role_wherever_they_learn(app, signed_in) -> None:
    others = db.session.query(BatchRow).filter_by(code="B-TC-2").one()
    address = f"/batches/{others.id}/roles/{role_id()}"
    assert address in signed_in("council").get(f"/roles/{role_id()}").text
    assert address not in signed_in("centre").get(f"/roles/{role_id()}").text


def test_a_batch_with_nothing_to_show_yet_is_told_so_and_nobody_has_a_place(app, signed_in) -> None:
    start = f"/batches/{batch().id}/roles/{role_id()}"
    blank = signed_in("council").get(start).text
    assert "Nobody of this batch has proved or practised anything of the role yet" in blank
    assert '<td class="num">–</td>' in blank
    rows = list(csv.reader(io.StringIO(signed_in("council").get(f"{start}/nearest.csv").data.decode("utf-8-sig"))))
    assert {row[0] for row in rows[1:]} == {""}
    an_assessment()
    page = signed_in("council").get(start).text
    assert "Nobody of this batch" not in page
    assert '<td class="num">1</td>' in page


def test_every_square_in_the_rows_of_people_has_a_look_of_its_own() -> None:
    style = Path("lms/static/room.css").read_text(encoding="utf-8")
    looks = {ready_look(state) for state in Ready if state is not Ready.MISSING}
    assert {look for look in looks if f".heat .hm-{look} {{" not in style} == set()


def test_an_employer_finds_job_roles_and_who_is_nearest_from_home(app, signed_in) -> None:
    browser = signed_in("council")
    assert '<a href="/roles">' in browser.get("/").text
    assert f'href="/roles/{role_id()}#nearest"' in browser.get("/roles").text
    assert 'id="nearest"' in browser.get(f"/roles/{role_id()}").text
    assert "#nearest" not in signed_in("agency").get("/roles").text


def test_a_role_is_uploaded_looked_at_and_published(app, signed_in) -> None:
    council = signed_in("council")
    text = (
        "code: A-ROLE\ntitle: A job\nversion: '1'\nsummary: S\nsource: S\nareas:\n  - title: A\n    duties:\n"
        "      - {id: D1, text: do it, mapped: [{criteria: [ASC/N0001#PC1], covers: whole, note: so}]}\n"
    )
    faulty = council.post("/roles/new", data={"file": (io.BytesIO(text.replace("#PC1", "#PC99").encode()), "r.yaml")})
    assert (faulty.status_code, "ASC/N0001 has no criterion PC99" in faulty.text) == (422, True)
    answer = council.post("/roles/new", data={"file": (io.BytesIO(text.encode()), "r.yaml")})
    assert answer.status_code == 302, answer.text
    draft = answer.headers["Location"]
    assert "Publish version 1" in council.get(draft).text
    for _twice in range(2):
        assert council.post(draft).status_code == 302
    assert "A job" in council.get("/roles").text
    assert signed_in("trainer").get("/roles/new").status_code == 403


# Coverage


def pack_id(code: str = "ASC/Q1106") -> int:
    return db.session.query(PackVersionRow).filter_by(code=code).one().id


def test_the_coverage_of_a_pack_has_every_line_and_tells_its_holes_by_language(app, signed_in) -> None:
    centre, start = signed_in("centre"), f"/packs/{pack_id()}/coverage"
    page = centre.get(start).text
    assert "No hole, English" in page
    assert "Holes by language: English" in " ".join(re.sub("<[^>]+>", "", page).split())
    assert all(f'id="ASC-N0001-PC{number}"' in page for number in range(1, 10))
    polish = centre.get(f"{start}?language=hi&show=holes").text
    assert "of at least 3 exam items" in polish or "No line has a hole here." in polish
    assert "colgroup" in centre.get(f"{start}?language=all").text
    assert signed_in("trainer").get(start).status_code == 403


@pytest.mark.parametrize("query", ["language=xx", "unit=ZZ", "kind=x", "show=all&unit=ASC/N0001&kind=skill"])
def test_a_strange_filter_narrows_nothing_or_little(app, signed_in, query: str) -> None:
    assert signed_in("agency").get(f"/packs/{pack_id()}/coverage?{query}").status_code == 200


def test_the_files_have_a_row_for_every_line(app, signed_in) -> None:
    start = f"/packs/{pack_id()}/coverage"
    rows = list(csv.reader(io.StringIO(signed_in("council").get(f"{start}.csv").data.decode("utf-8-sig"))))
    assert len(rows) == 201
    assert rows[1][2:5] == ["PC1", "criterion", "keep immediate work area clean and tidy"]
    book = zipfile.ZipFile(io.BytesIO(signed_in("council").get(f"{start}.xlsx").data))
    assert len([name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]) == 2


# Prints


@can_print
@pytest.mark.parametrize("login", ["trainee-c", "centre"])
def test_a_report_is_printed_by_a_worker_and_downloaded_by_who_may_see_it(app, signed_in, login: str) -> None:
    an_assessment()
    trainee = db.session.query(TraineeRow).filter_by(person_id=person("trainee-c")).one()
    own = f"/roles/{role_id()}/mine"
    start = own if login == "trainee-c" else f"/batches/{trainee.batch_id}/trainees/{trainee.id}/roles/{role_id()}"
    browser = signed_in(login)
    assert browser.get(f"{start}.pdf").status_code == 404
    for _twice in range(2):
        assert browser.post(f"{start}/print").status_code == 302
    [job] = db.session.query(JobRow).filter_by(kind="report").all()
    assert "Being printed" in browser.get(start).text
    jobs.run_job(job.id, lambda: NOW)
    assert db.session.get(JobRow, job.id).state == "done"
    text = text_of(browser.get(f"{start}.pdf").data)
    assert "Trainee C" in text
    assert "released result of A-2026-0001" in text
    assert all(line.id in text for line in ROLE.lines())
    assert "Employer pack, not aligned to the NSQF" in " ".join(text.split())
    assert "ASC/N0002 PC1 maintain clear communication with colleagues" in " ".join(text.split())
    assert "Download the PDF" in browser.get(start).text


@can_print
def test_the_coverage_of_a_pack_is_printed_with_every_line(app, signed_in) -> None:
    centre, start = signed_in("centre"), f"/packs/{pack_id()}/coverage"
    assert centre.post(f"{start}/print").status_code == 302
    [job] = db.session.query(JobRow).filter_by(kind="coverage").all()
    jobs.run_job(job.id, lambda: NOW)
    text = text_of(centre.get(f"{start}.pdf").data)
    assert "ASC/N1106" in text
    assert "treat confidential information" in text
    assert signed_in("trainer").get(f"{start}.pdf").status_code == 403


def test_the_report_of_others_is_not_printed(app, signed_in) -> None:
    trainee = batch().trainees[0]
    start = f"/batches/{batch().id}/trainees/{trainee.id}/roles/{role_id()}"
    assert signed_in("centre2").post(f"{start}/print").status_code == 404
    assert db.session.query(JobRow).count() == 0


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(pdf)).pages).split())
