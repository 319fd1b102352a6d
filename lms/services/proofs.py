"""The proof of a draw: its manifest as agency and council may see it, its files after the release, and its PDF."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from assessments.bank import bank_of
from assessments.blueprint import nodes_of
from assessments.draw_files import BANK, BLUEPRINT, MANIFEST, PAPERS, bank_from, blueprint_text
from assessments.groups import parts_of, public_of_groups
from assessments.manifest import blueprint_from_json, manifest_text
from curriculum.uploads import pack_files
from lms.extensions import db
from lms.permissions import Actor
from lms.records.content import face_of, pack_of
from lms.services import assessing, jobs
from lms.services.assessing import Side
from lms.services.errors import Absent
from lms.tables.assessing import AssessmentRow, AssessmentState, CandidateRow, DrawRow, PaperRow
from lms.tables.content import ItemVersionRow
from lms.tables.drawing import DrawPdfRow
from lms.tables.jobs import JobRow
from lms.tables.people import PersonRow

KIND = "manifest"
_AT_ONCE = 500  # items asked for in one statement
Manifest = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The manifest of those papers that hold the same units, as it may be seen now; one part has no `units` named.

    `digest` is the SHA-256 of its whole manifest, which verifying its files comes to.
    """

    units: tuple[str, ...]
    manifest: Manifest
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A draw with its manifest as it may be seen now: the whole of it once the results are released.

    `digest` is the SHA-256 of the whole manifest, known to both sides since the draw; `entry` is the draw's line in the
    log of draws, None where there were no commitments yet. `has_files`: whether the files can be had and verified.
    """

    row: AssessmentRow
    drawn: DrawRow
    by: PersonRow
    manifest: Manifest
    parts: tuple[Part, ...]
    digest: str
    entry: Manifest | None
    is_open: bool
    has_files: bool


def get_proof(actor: Actor, assessment_id: int) -> Proof:
    """The proof of a draw, for its agency and council; raises Absent for everybody else and before the draw."""
    row = assessing.get_assessment(actor, assessment_id)
    if assessing.sides_of(actor, row).isdisjoint({Side.AGENCY, Side.COUNCIL}):
        raise Absent
    return proof_of(row)


def proof_of(row: AssessmentRow) -> Proof:
    """The proof of an assessment's draw, for who may see it; raises Absent before the draw."""
    drawn = db.session.scalar(select(DrawRow).filter_by(assessment_id=row.id))
    if drawn is None:
        raise Absent
    whole, is_open = json.loads(drawn.manifest), row.state == AssessmentState.RELEASED
    shown = whole if is_open else public_of_groups(whole)
    return Proof(
        row=row,
        drawn=drawn,
        by=db.session.get_one(PersonRow, drawn.drawn_by),
        manifest=shown,
        parts=tuple(_parts(whole, shown)),
        digest=whole.get("sha256", ""),
        entry=json.loads(drawn.entry) if drawn.entry else None,
        is_open=is_open,
        has_files=is_open and all("files" in part for _units, part in parts_of(whole)),
    )


def files_of(proof: Proof) -> Mapping[str, str]:
    """The files of a draw by name, as `yogyata papers verify` reads them; raises Absent before the release.

    Of several parts each has a folder, `part-1/papers.jsonl`, and the whole manifest stands beside the folders. They
    are put together from what is stored: nothing is drawn again.
    """
    if not proof.has_files:
        raise Absent
    if len(proof.parts) == 1:
        return _files(proof, proof.parts[0].manifest)
    found = {MANIFEST: manifest_text(proof.manifest)}
    for number, part in enumerate(proof.parts, start=1):
        found |= {f"part-{number}/{name}": text for name, text in _files(proof, part.manifest).items()}
    return found


def _files(proof: Proof, manifest: Manifest) -> dict[str, str]:
    blueprint = blueprint_from_json(manifest["blueprint"])
    faces = {code: face_of(row) for code, row in _items(manifest["items"]).items()}
    items = bank_of(blueprint, faces.values(), nodes_of(pack_of(proof.row.pack_version)))
    contents = (
        select(CandidateRow.number, PaperRow.content)
        .join(PaperRow, PaperRow.candidate_id == CandidateRow.id)
        .where(CandidateRow.assessment_id == proof.row.id)
        .order_by(CandidateRow.number)
    )
    members = {paper["candidate"] for paper in manifest["papers"]}
    papers = [content for number, content in db.session.execute(contents) if number in members]
    return {
        PAPERS: "".join(f"{content}\n" for content in papers),
        MANIFEST: manifest_text(manifest),
        BANK: "".join(f"{line}\n" for _, line in sorted(bank_from(items, faces).lines.items())),
        BLUEPRINT: blueprint_text(blueprint),
    }


def archive_of(proof: Proof) -> bytes:
    """The files of a draw in a folder as ZIP, always the same bytes; raises Absent as `files_of` does."""
    files = [(f"{proof.row.code}/{name}", text.encode()) for name, text in sorted(files_of(proof).items())]
    return pack_files(files, proof.drawn.drawn_at)


def find_pdf(proof: Proof, language: str) -> DrawPdfRow | None:
    """The manifest as it may be seen now as a PDF in a language, None while nobody had it made."""
    return db.session.scalar(select(DrawPdfRow).filter_by(draw_id=proof.drawn.id, key=_key(proof, language)))


def is_printing(proof: Proof, language: str) -> bool:
    """Whether a worker has the PDF to make or makes it."""
    return _has_open_job(proof, _key(proof, language))


def request_pdf(actor: Actor, assessment_id: int, language: str, *, now: datetime) -> JobRow | None:
    """Have the manifest printed by a worker; None when it is printed or waits for one."""
    proof = get_proof(actor, assessment_id)
    key = _key(proof, language)
    if find_pdf(proof, language) is not None or _has_open_job(proof, key):
        return None
    job = jobs.add_job(actor, KIND, proof.drawn.id, [key], now=now)
    db.session.commit()
    return job


def to_print(draw_id: int, key: str) -> Proof | None:
    """What a worker is to print; None when it is printed, or when the results were released meanwhile."""
    drawn = db.session.get_one(DrawRow, draw_id)
    proof = proof_of(db.session.get_one(AssessmentRow, drawn.assessment_id))
    language = key.partition("-")[2]
    return None if key != _key(proof, language) or find_pdf(proof, language) is not None else proof


def save_pdf(draw_id: int, key: str, content: bytes, *, now: datetime) -> None:
    """Keep a printed manifest; where another worker was faster, that one is kept."""
    db.session.add(
        DrawPdfRow(draw_id=draw_id, key=key, sha256=sha256(content).hexdigest(), content=content, made_at=now)
    )
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()


def _parts(whole: Manifest, shown: Manifest) -> Iterator[Part]:
    for (units, part), (_units, seen) in zip(parts_of(whole), parts_of(shown), strict=True):
        yield Part(units=units, manifest=seen, digest=part.get("sha256", ""))


def _key(proof: Proof, language: str) -> str:
    return f"{'open' if proof.is_open else 'sealed'}-{language}"


def _has_open_job(proof: Proof, key: str) -> bool:
    job = jobs.find_newest(KIND, proof.drawn.id, unfinished=True)
    return job is not None and any(item.key == key for item in job.items)


def _items(known: Mapping[str, Mapping[str, Any]]) -> dict[str, ItemVersionRow]:
    """The items of a manifest at the versions they were drawn in."""
    codes, found = sorted(known), {}
    for first in range(0, len(codes), _AT_ONCE):
        query = select(ItemVersionRow).where(ItemVersionRow.code.in_(codes[first : first + _AT_ONCE]))
        for row in db.session.scalars(query):
            if row.version == known[row.code]["version"]:
                found[row.code] = row
    return found
