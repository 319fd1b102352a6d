"""Pages of the secrets and of the proof of a draw: what they take, what they show to whom, and when."""

import hashlib
import io
import json
import re
import secrets
import zipfile

import pytest
import time_machine
from pypdf import PdfReader

from assessments.verification import verify
from lms.extensions import db
from lms.printing import missing_libraries, print_pdf
from lms.records.papers import paper_of
from lms.services import drawing, jobs, proofs
from lms.tables.assessing import AssessmentState, DrawRow, PaperRow
from lms.tables.drawing import DrawCommitmentRow, DrawSecretRow
from lms.tables.jobs import JobRow
from lms.web import printouts
from lms.web.assessing.plots import plots_of
from tests import small_pack, small_steps
from tests.lms.services import assessing_steps as steps
from tests.lms.services.assessing_steps import AFTER, NOW


def state_of(row) -> str:
    db.session.refresh(row)
    return row.state


@time_machine.travel(NOW, tick=False)
def test_a_council_brings_its_own_secret_by_the_pages_alone(app, actor, signed_in) -> None:
    row = steps.accepted(actor)
    council, agency, place = signed_in("council"), signed_in("agency"), f"/assessments/{row.id}"
    secret = secrets.token_bytes(32)
    commitment = hashlib.sha256(secret).hexdigest()
    council.post(f"{place}/secrets/council/bring", data={"commitment": commitment})
    assert "You are committed to your own secret" in council.get(f"{place}/secrets").text
    assert "and has not entered it yet" in agency.get(place).text
    assert "Draw papers and practicals" not in agency.get(place).text
    assert agency.post(f"{place}/draw").status_code == 409
    assert f"Enter your secret for the papers of {row.code}" in council.get("/").text
    wrong = council.post(f"{place}/secrets/council/enter", data={"secret": "00" * 32})
    assert wrong.status_code == 422
    assert "its SHA-256 is another" in wrong.text
    council.post(f"{place}/secrets/council/enter", data={"secret": secret.hex()})
    assert "The secret is the one that was committed to" in council.get(place).text
    assert secret.hex() not in council.get(f"{place}/secrets").text
    agency.post(f"{place}/draw")
    assert state_of(row) == AssessmentState.DRAWN
    assert "The papers are drawn; nothing can be changed any more" in council.get(f"{place}/secrets").text


@pytest.mark.parametrize("given", ["", "abc", "g" * 64, "a" * 63])
def test_what_is_no_hash_is_refused_beside_the_field(app, actor, signed_in, given: str) -> None:
    row = steps.accepted(actor)
    answer = signed_in("agency").post(f"/assessments/{row.id}/secrets/agency/bring", data={"commitment": given})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert db.session.query(DrawCommitmentRow).count() == 2


@pytest.mark.parametrize("act", ["keep", "bring", "enter"])
@pytest.mark.parametrize(
    ("login", "status"), [("centre", 403), ("council", 403), ("agency2", 404), ("trainee", 403), ("admin", 403)]
)
def test_nobody_commits_for_the_agency_but_the_agency(app, actor, signed_in, act, login: str, status: int) -> None:
    row = steps.accepted(actor)
    form = {"commitment": "a" * 64, "secret": "b" * 64}
    answer = signed_in(login).post(f"/assessments/{row.id}/secrets/agency/{act}", data=form)
    assert answer.status_code == status
    assert db.session.query(DrawCommitmentRow).count() == 2


def test_the_manifest_names_no_item_and_no_secret_before_the_release(app, actor, signed_in) -> None:
    row = steps.drawn(actor)
    seed = db.session.query(DrawRow).one().seed
    hidden = {seed, *(one.secret for one in db.session.query(DrawSecretRow))}
    hidden |= {item for paper in db.session.query(PaperRow) for item in paper_of(paper).items}
    browser = signed_in("agency")
    for page in ("manifest", "manifest.json", "secrets", ""):
        text = browser.get(f"/assessments/{row.id}/{page}".rstrip("/")).text
        assert not [one for one in hidden if one in text], page
    assert browser.get(f"/assessments/{row.id}/draw.zip").status_code == 404
    assert "Note the hash of the whole manifest now" in browser.get(f"/assessments/{row.id}/manifest").text


def test_after_the_release_the_page_shows_the_secrets_and_gives_files_that_verify(app, actor, signed_in) -> None:
    row = steps.drawn(actor)
    row.state = AssessmentState.RELEASED
    db.session.commit()
    browser = signed_in("council")
    page = browser.get(f"/assessments/{row.id}/manifest").text
    assert all(one.secret in page for one in db.session.query(DrawSecretRow))
    answer = browser.get(f"/assessments/{row.id}/draw.zip")
    assert answer.headers["Content-Disposition"] == f"attachment; filename={row.code}-draw.zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        files = {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}
    found = verify(files)
    assert found.problems == ()
    assert found.papers == 4
    assert found.manifest_sha256 in page
    told = json.loads(browser.get(f"/assessments/{row.id}/manifest.json").text)
    assert told["sha256"] == found.manifest_sha256


def test_every_plot_says_the_same_as_its_table(app, actor) -> None:
    row = steps.drawn(actor)
    manifest = proofs.get_proof(actor("agency"), row.id).manifest
    plots = plots_of(manifest)
    assert sum(int(times) for _shared, times in plots.overlap.rows) == 6, "pairs of four papers"
    bars = [shape for shape in plots.overlap.shapes if shape.look == "bar"]
    assert [bar.title for bar in bars] == [f"{shared}: {times}" for shared, times in plots.overlap.rows]
    assert sum(shape.look == "dot" for shape in plots.difficulty.shapes) == 4
    assert [ref for ref, *_ in plots.use.rows] == sorted(manifest["use"], key=_place)
    for plot in (plots.overlap, plots.use, plots.difficulty):
        assert all(0 <= shape.x <= plot.width and 0 <= shape.y <= plot.height for shape in plot.shapes)
    assert plots.earlier is None


def _place(ref: str) -> tuple[str, int]:
    unit, _, criterion = ref.partition("#")
    return unit, int(re.sub(r"\D", "", criterion))


def test_a_large_assessment_is_drawn_by_a_worker_and_the_page_waits_for_it(app, actor, signed_in, monkeypatch) -> None:
    monkeypatch.setattr(drawing, "AT_ONCE", 3)
    row = steps.accepted(actor)
    browser, place = signed_in("agency"), f"/assessments/{row.id}"
    assert browser.post(f"{place}/draw").status_code == 302
    page = browser.get(place).text
    assert "The papers are being drawn." in page
    assert "data-refresh" in page
    browser.post(f"{place}/draw")
    job = db.session.query(JobRow).one()
    jobs.run_job(job.id, lambda: NOW)
    assert state_of(row) == AssessmentState.DRAWN
    assert db.session.get(DrawRow, 1).drawn_by == steps.person("agency")


def test_what_a_worker_could_not_draw_is_told_on_the_page(app, actor, signed_in, monkeypatch) -> None:
    monkeypatch.setattr(drawing, "AT_ONCE", 3)
    row = steps.accepted(actor)
    browser, place = signed_in("agency"), f"/assessments/{row.id}"
    browser.post(f"{place}/draw")
    council = signed_in("council")
    council.post(f"{place}/secrets/council/bring", data={"commitment": "a" * 64})
    jobs.run_job(db.session.query(JobRow).one().id, lambda: NOW)
    council.post(f"{place}/secrets/council/keep")
    page = browser.get(place).text
    assert "The papers could not be drawn:" in page
    assert "The council brings a secret of its own" in page
    assert "Draw papers and practicals" in page


def test_the_manifest_is_asked_for_and_downloaded_as_pdf(app, actor, signed_in) -> None:
    row = steps.drawn(actor)
    browser, place = signed_in("agency"), f"/assessments/{row.id}/manifest"
    assert browser.get(f"{place}.pdf").status_code == 404
    browser.post(f"{place}/print")
    assert "The PDF is being made" in browser.get(place).text
    if missing_libraries():
        pytest.skip("nothing can be printed here")
    jobs.run_job(db.session.query(JobRow).one().id, lambda: AFTER)
    assert "Manifest (PDF)" in browser.get(place).text
    answer = browser.get(f"{place}.pdf")
    assert answer.headers["Content-Disposition"] == f"attachment; filename={row.code}-manifest.pdf"
    text = " ".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(answer.data)).pages)
    assert all(candidate.number in text for candidate in row.candidates)
    assert proofs.get_proof(actor("agency"), row.id).digest in re.sub(r"\s", "", text)


def test_papers_of_different_units_are_told_of_part_by_part(app, actor, signed_in) -> None:
    batch = small_pack.publish()
    small_steps.imported(actor, batch)
    row = small_steps.drawn(actor, batch)
    browser, place = signed_in("agency"), f"/assessments/{row.id}/manifest"
    page = browser.get(place).text
    assert page.count("Papers of ASC/") == 3
    row.state = AssessmentState.RELEASED
    db.session.commit()
    page = browser.get(place).text
    assert f"yogyata papers verify {row.code}/part-3" in page
    assert all(part.digest in page for part in proofs.get_proof(actor("agency"), row.id).parts)
    printed = printouts.manifest_page(proofs.proof_of(row), printed_at=AFTER)
    assert printed.count("Papers of ASC/") == 3


@pytest.mark.skipif(bool(missing_libraries()), reason="nothing can be printed here")
def test_a_printed_manifest_has_the_secrets_only_after_the_release(app, actor) -> None:
    row = steps.drawn(actor)
    kept = [one.secret for one in db.session.query(DrawSecretRow)]
    for state, is_there in ((AssessmentState.DRAWN, False), (AssessmentState.RELEASED, True)):
        row.state = state
        page = printouts.manifest_page(proofs.proof_of(row), printed_at=AFTER)
        assert [secret in page for secret in kept] == [is_there, is_there]
    assert print_pdf(page, printouts.FOLDER).startswith(b"%PDF-")
