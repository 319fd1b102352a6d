"""Drawing: all papers and practicals of an assessment at once, with the manifest that proves it."""

import json
import secrets
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from assessments.blueprint import ExamBlueprint, blueprint_of, decks, shortages
from assessments.errors import AssessmentError
from assessments.model import AssessmentScheme, unit_of
from assessments.papers import Paper, draw_papers
from assessments.practicals import Practical, draw_practicals
from assessments.tasks import TaskFile
from assessments.words import Message
from lms.extensions import db
from lms.permissions import Actor
from lms.records.content import face_of, pack_of, scheme_of, task_file_of
from lms.records.manifests import manifest_of
from lms.records.papers import paper_of, paper_row, practical_face, practical_of, sheet_row
from lms.services import assessing
from lms.services.assessing import Side
from lms.services.errors import Absent, Conflict
from lms.tables.assessing import (
    AssessmentRow,
    AssessmentState,
    CandidateRow,
    DrawRow,
    PaperRow,
    PracticalSheetRow,
)
from lms.tables.content import ItemVersionRow, TaskVersionRow
from lms.tables.training import TraineeRow
from question_bank.model import ItemFace, ItemUse


class DrawRefused(Conflict):
    """Nothing was drawn; `reasons` names everything that is short."""

    def __init__(self, reasons: Sequence[Message]) -> None:
        super().__init__(Message("Nothing was drawn. What is short stands below."))
        self.reasons = tuple(reasons)


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What a draw is made from, pinned: the scheme's blueprint, the bank's newest exam faces and the task files."""

    scheme: AssessmentScheme
    blueprint: ExamBlueprint
    faces: Mapping[str, ItemFace]
    samples: frozenset[str]
    task_files: tuple[TaskFile, ...]
    lacking_tasks: tuple[str, ...]

    @property
    def shortages(self) -> tuple[Message, ...]:
        """Everything that is short, in words."""
        items = [shortage.words for shortage in shortages(self.blueprint, self.faces.values())]
        tasks = [Message("%(unit)s has no practical tasks", {"unit": unit}) for unit in self.lacking_tasks]
        return (*items, *tasks)


def material_of(assessment: AssessmentRow) -> Material:
    """The bank as a draw would use it now."""
    scheme = scheme_of(assessment.scheme_version)
    units = [unit.code for unit in pack_of(assessment.pack_version).units]
    blueprint = blueprint_of(scheme)
    exam = {row.code: row for row in _newest_items(units) if row.use == ItemUse.EXAM}
    faces = {code: face_of(row) for code, row in exam.items()}
    used = {face.id for deck in decks(blueprint, faces.values()).values() for face in deck}
    practical = [unit for unit in units if unit in {unit_of(ref) for ref in scheme.practical_refs}]
    files = _newest_tasks(practical)
    return Material(
        scheme=scheme,
        blueprint=blueprint,
        faces=faces,
        samples=frozenset(code for code in used if exam[code].is_sample),
        task_files=tuple(files[unit] for unit in practical if unit in files),
        lacking_tasks=tuple(unit for unit in practical if unit not in files),
    )


def draw(actor: Actor, assessment_id: int, *, now: datetime) -> None:
    """Draw a paper and a practical for every candidate and store them whole. A second draw does nothing.

    Raises DrawRefused with every shortage; then nothing is written.
    """
    row = assessing.get_assessment(actor, assessment_id)
    material = material_of(row)
    facts = {"papers": str(len(row.candidates)), "practicals": str(len(row.candidates) if material.task_files else 0)}
    if not assessing.make_move(actor, row, "draw", now=now, facts=facts):
        return
    seed = secrets.token_bytes(32)
    try:
        papers, practicals = _drawn(row, material, seed)
    except AssessmentError as fault:
        db.session.rollback()
        raise DrawRefused(fault.messages) from fault
    _store(row, material, papers, practicals)
    manifest = manifest_of(row.code, material.blueprint, material.faces, material.task_files, papers, practicals, seed)
    drawn = DrawRow(assessment_id=row.id, seed=seed.hex(), manifest=manifest, drawn_at=now, drawn_by=actor.person_id)
    db.session.add(drawn)
    row.is_specimen = material.scheme.specimen or _has_samples(papers, material.samples)
    try:
        db.session.commit()
    except IntegrityError as fault:
        db.session.rollback()
        words = Message("Another assessment drew the same paper at the same moment. Draw again.")
        raise Conflict(words) from fault


def get_draw(actor: Actor, assessment_id: int) -> tuple[AssessmentRow, DrawRow]:
    """The draw of an assessment, for its agency and council; raises Absent for everybody else and before it."""
    row = assessing.get_assessment(actor, assessment_id)
    drawn = db.session.scalar(select(DrawRow).filter_by(assessment_id=row.id))
    if drawn is None or assessing.sides_of(actor, row).isdisjoint({Side.AGENCY, Side.COUNCIL}):
        raise Absent
    return row, drawn


def manifest_file(row: AssessmentRow, drawn: DrawRow) -> str:
    """The manifest to download; the seed, from which the papers could be made, is added once results are released."""
    manifest = json.loads(drawn.manifest)
    if row.state == AssessmentState.RELEASED:
        manifest["seed"] = drawn.seed
    return json.dumps(manifest, indent=2, sort_keys=True)


def _drawn(row: AssessmentRow, material: Material, seed: bytes) -> tuple[tuple[Paper, ...], tuple[Practical, ...]]:
    if material.shortages:
        raise AssessmentError(*material.shortages)
    numbers = [candidate.number for candidate in row.candidates]
    items, tasks = _met(row)
    papers = draw_papers(
        material.blueprint,
        material.faces.values(),
        candidates=numbers,
        seed=seed,
        taken=_hashes(PaperRow.face_hash, PaperRow.pack_version_id == row.pack_version_id),
        met=items,
    )
    taken = _hashes(PracticalSheetRow.face_hash, PracticalSheetRow.centre_id == row.batch.centre_id)
    if not material.task_files:
        return papers, ()
    return papers, draw_practicals(material.task_files, candidates=numbers, seed=seed, taken=taken, met=tasks)


def _store(row: AssessmentRow, material: Material, papers: Sequence[Paper], practicals: Sequence[Practical]) -> None:
    by_number = {candidate.number: candidate.id for candidate in row.candidates}
    pack = pack_of(row.pack_version)
    for paper in papers:
        db.session.add(paper_row(by_number[paper.candidate], row.pack_version_id, paper, material.faces))
    for practical in practicals:
        face = practical_face(practical, pack, material.scheme, material.task_files)
        db.session.add(sheet_row(by_number[practical.candidate], row.batch.centre_id, practical, face))


def _has_samples(papers: Sequence[Paper], samples: AbstractSet[str]) -> bool:
    return any(not samples.isdisjoint(paper.items) for paper in papers)


def _met(row: AssessmentRow) -> tuple[Mapping[str, AbstractSet[str]], Mapping[str, AbstractSet[str]]]:
    """The items and the tasks that candidates had in earlier attempts, by candidate number."""
    numbers = {candidate.trainee.person_id: candidate.number for candidate in row.candidates}
    earlier = (
        select(TraineeRow.person_id, PaperRow, PracticalSheetRow)
        .join(CandidateRow, CandidateRow.trainee_id == TraineeRow.id)
        .outerjoin(PaperRow, PaperRow.candidate_id == CandidateRow.id)
        .outerjoin(PracticalSheetRow, PracticalSheetRow.candidate_id == CandidateRow.id)
        .where(TraineeRow.person_id.in_(numbers), CandidateRow.assessment_id != row.id)
    )
    items: dict[str, set[str]] = {}
    tasks: dict[str, set[str]] = {}
    for person, paper, sheet in db.session.execute(earlier):
        if paper is not None:
            items.setdefault(numbers[person], set()).update(paper_of(paper).items)
        if sheet is not None:
            tasks.setdefault(numbers[person], set()).update(part.task for part in practical_of(sheet).parts)
    return items, tasks


def _hashes(column, condition) -> frozenset[str]:  # type: ignore[no-untyped-def]
    return frozenset(db.session.scalars(select(column).where(condition)))


def _newest_items(units: Sequence[str]) -> Sequence[ItemVersionRow]:
    newest = (
        select(ItemVersionRow.code, func.max(ItemVersionRow.version).label("version"))
        .where(ItemVersionRow.unit_code.in_(units))
        .group_by(ItemVersionRow.code)
        .subquery()
    )
    same = (ItemVersionRow.code == newest.c.code) & (ItemVersionRow.version == newest.c.version)
    return db.session.scalars(select(ItemVersionRow).join(newest, same)).all()


def _newest_tasks(units: Sequence[str]) -> Mapping[str, TaskFile]:
    rows = db.session.scalars(
        select(TaskVersionRow).where(TaskVersionRow.unit_code.in_(units)).order_by(TaskVersionRow.number)
    )
    return {row.unit_code: task_file_of(row) for row in rows}
