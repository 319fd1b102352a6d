"""The proof of a draw: files that a stranger verifies, and a manifest that is printed once."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from assessments.draw_files import FILES
from assessments.verification import verify
from lms.cli.papers import papers
from lms.extensions import db
from lms.services import approval, jobs, proofs
from lms.services.errors import Absent
from lms.tables.drawing import DrawPdfRow
from tests import small_pack, small_steps
from tests.conftest import BOTH
from tests.lms.services import assessing_steps as steps
from tests.lms.services.assessing_steps import AFTER, NOW
from tests.states import once


@once
def released(actor, **how):
    """An assessment whose results are out."""
    row = steps.approved(actor, **how)
    approval.release(actor("council"), row.id, now=AFTER)
    return row


def unpacked(content: bytes, folder: Path) -> Path:
    """The folder that an archive of a draw unpacks to."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(folder)
    (made,) = folder.iterdir()
    return made


@BOTH
def test_after_the_release_anybody_with_the_files_draws_every_paper_again(app, actor, tmp_path) -> None:
    row = released(actor)
    proof = proofs.get_proof(actor("agency"), row.id)
    folder = unpacked(proofs.archive_of(proof), tmp_path / "files")
    assert folder.name == row.code
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    answer = CliRunner().invoke(papers, ["verify", str(folder)])
    assert answer.exit_code == 0, answer.output
    assert "4 papers drawn again: every byte is the same." in answer.output
    assert proof.entry["manifest"] in answer.output, "the hash that both sides knew since the draw"
    assert proofs.archive_of(proofs.get_proof(actor("council"), row.id)) == proofs.archive_of(proof)


@pytest.mark.parametrize("name", FILES)
def test_one_edited_byte_of_the_files_is_found(app, actor, name: str) -> None:
    row = released(actor)
    files = {file: text.encode() for file, text in proofs.files_of(proofs.get_proof(actor("council"), row.id)).items()}
    assert verify(files).problems == ()
    place = len(files[name]) // 2
    edited = bytearray(files[name])
    edited[place] ^= 1
    found = verify({**files, name: bytes(edited)})
    assert any(problem.place.file == name for problem in found.problems)


@BOTH
def test_a_second_assessment_counts_what_the_first_used_and_tells_how_alike_they_are(app, actor, tmp_path) -> None:
    first = released(actor, right=False, share="0")
    from tests.lms.services.test_drawing import ask_again  # noqa: PLC0415 -- the same requests as there

    ask_again(first)
    second = steps.drawn(actor, again=True)
    manifest = proofs.get_proof(actor("agency"), second.id).manifest
    (session,) = manifest["overlap"]["earlier"]
    assert (session["name"], session["papers"]) == (first.code, 4)
    assert 0 < session["worst"] < manifest["blueprint"]["items"]
    assert any(earlier for items in manifest["use"].values() for _own, earlier in items)
    second.state = "released"
    files = proofs.files_of(proofs.get_proof(actor("agency"), second.id))
    assert verify({name: text.encode() for name, text in files.items()}).problems == ()


@BOTH
def test_papers_of_different_units_are_verified_part_by_part(app, actor, tmp_path) -> None:
    batch = small_pack.publish()
    small_steps.imported(actor, batch)
    row = small_steps.drawn(actor, batch)
    before = proofs.get_proof(actor("agency"), row.id)
    assert len(before.parts) == 3
    assert not [hidden for hidden in ("inputs", "items", "files") for part in before.parts if hidden in part.manifest]
    assert before.drawn.seed not in json.dumps(before.manifest)
    row.state = "released"
    proof = proofs.get_proof(actor("agency"), row.id)
    assert proof.manifest["sha256"] == before.manifest["whole_sha256"] == proof.digest
    folder = unpacked(proofs.archive_of(proof), tmp_path / "files")
    for number, part in enumerate(proof.parts, start=1):
        answer = CliRunner().invoke(papers, ["verify", str(folder / f"part-{number}")])
        assert answer.exit_code == 0, answer.output
        assert part.digest in answer.output
    assert json.loads((folder / "manifest.json").read_text())["sha256"] == proof.digest


def test_before_the_release_there_are_no_files(app, actor) -> None:
    row = steps.drawn(actor)
    proof = proofs.get_proof(actor("council"), row.id)
    assert not proof.has_files
    with pytest.raises(Absent):
        proofs.archive_of(proof)


@BOTH
def test_the_hash_of_the_whole_manifest_is_known_since_the_draw(app, actor) -> None:
    row = steps.approved(actor)
    before = proofs.get_proof(actor("council"), row.id)
    approval.release(actor("council"), row.id, now=AFTER)
    after = proofs.get_proof(actor("council"), row.id)
    assert before.manifest["whole_sha256"] == after.manifest["sha256"] == after.digest
    assert json.loads(proofs.files_of(after)["manifest.json"])["sha256"] == before.digest


@BOTH
def test_the_manifest_is_printed_once_for_each_state_and_language(app, actor) -> None:
    row = steps.drawn(actor)
    job = proofs.request_pdf(actor("agency"), row.id, "en", now=NOW)
    assert proofs.request_pdf(actor("council"), row.id, "en", now=NOW) is None
    proof = proofs.get_proof(actor("council"), row.id)
    assert proofs.is_printing(proof, "en")
    assert not proofs.is_printing(proof, "hi")
    proofs.save_pdf(proof.drawn.id, job.items[0].key, b"%PDF-1", now=NOW)
    proofs.save_pdf(proof.drawn.id, job.items[0].key, b"%PDF-2", now=NOW)
    assert [pdf.content for pdf in db.session.query(DrawPdfRow)] == [b"%PDF-1"]
    assert proofs.request_pdf(actor("council"), row.id, "en", now=NOW) is None
    assert proofs.to_print(proof.drawn.id, job.items[0].key) is None
    row.state = "released"
    opened = proofs.get_proof(actor("council"), row.id)
    assert proofs.find_pdf(opened, "en") is None, "what is open now is printed anew"


def test_the_worker_prints_the_manifest(app, actor) -> None:
    printing = pytest.importorskip("lms.printing")
    if printing.missing_libraries():
        pytest.skip("nothing can be printed here")
    row = steps.drawn(actor)
    job = proofs.request_pdf(actor("agency"), row.id, "en", now=NOW)
    jobs.run_job(job.id, lambda: NOW)
    db.session.refresh(job)
    assert job.state == "done", [item.error for item in job.items]
    pdf = proofs.find_pdf(proofs.get_proof(actor("agency"), row.id), "en")
    assert pdf.content.startswith(b"%PDF-")
