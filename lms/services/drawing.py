"""Drawing: all papers and practicals of an assessment at once, with the manifest that proves it."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from assessments.bank import BankItem, bank_of, decks, shortages
from assessments.blueprint import ExamBlueprint, Nodes, blueprint_of, nodes_of
from assessments.choices import scheme_of_units
from assessments.draw_files import MANIFEST, Bank, bank_from, seal_folder
from assessments.errors import AssessmentError
from assessments.groups import DrawnGroup, Units, draw_groups, draw_practicals_of_groups, manifest_of_groups
from assessments.manifest import DrawRecord, bank_hash, blueprint_hash, roster_hash, scheme_json
from assessments.model import AssessmentScheme, unit_of
from assessments.papers import DrawRequest, Paper, in_a_row
from assessments.practicals import Practical
from assessments.seeds import DrawInputs, DrawLogEntry, seed_of
from assessments.tasks import TaskFile
from assessments.words import Message
from curriculum.documents import canonical_json
from lms.extensions import begin_reading, db
from lms.permissions import Actor
from lms.records.content import face_of, pack_of, scheme_of, task_file_of
from lms.records.papers import paper_of, paper_row, practical_face, practical_of, sheet_row
from lms.records.rulings import ruled_items
from lms.services import assessing, commitments, jobs
from lms.services.accounts import actor_of
from lms.services.assessing import Side
from lms.services.commitments import Opened
from lms.services.earlier_draws import earlier_sessions
from lms.services.errors import Conflict
from lms.services.takings import takings_of
from lms.tables.assessing import (
    AssessmentRow,
    AssessmentState,
    CandidateRow,
    DrawRow,
    PaperRow,
    PracticalSheetRow,
)
from lms.tables.content import ItemVersionRow, TaskVersionRow
from lms.tables.jobs import JobRow
from lms.tables.people import PersonRow
from lms.tables.training import TraineeRow
from question_bank.model import ItemFace, ItemUse

KIND = "draw"
AT_ONCE = 60  # candidates up to whom drawing takes a second at most
_TOLD = 20  # earlier and parallel assessments that a manifest tells of, the latest


class DrawRefused(Conflict):
    """Nothing was drawn; `reasons` names everything that is short."""

    def __init__(self, reasons: Sequence[Message]) -> None:
        super().__init__(Message("Nothing was drawn. What is short stands below."))
        self.reasons = tuple(reasons)


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What a draw is made from, pinned: the scheme's blueprint, the bank's newest exam faces and the task files.

    `scheme` has the marks of the units that anybody takes; `takings` are the units of each candidate, by number.
    """

    scheme: AssessmentScheme
    takings: Mapping[str, Units]
    blueprint: ExamBlueprint
    faces: Mapping[str, ItemFace]
    samples: frozenset[str]
    task_files: tuple[TaskFile, ...]
    lacking_tasks: tuple[str, ...]
    nodes: Nodes

    @property
    def items(self) -> tuple[BankItem, ...]:
        """The items of the blueprint's cells, as drawing sees them."""
        return bank_of(self.blueprint, self.faces.values(), self.nodes)

    @property
    def shortages(self) -> tuple[Message, ...]:
        """Everything that is short, in words."""
        items = [shortage.words for shortage in shortages(self.blueprint, self.faces.values(), self.nodes)]
        tasks = [Message("%(unit)s has no practical tasks", {"unit": unit}) for unit in self.lacking_tasks]
        return (*items, *tasks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What a draw made: papers group by group, practicals, the whole manifest and the entry in the log."""

    seed: bytes
    groups: tuple[DrawnGroup, ...]
    practicals: tuple[Practical, ...]
    manifest: Mapping[str, Any]
    entry: DrawLogEntry

    @property
    def papers(self) -> list[Paper]:
        """The papers of all groups."""
        return [paper for group in self.groups for paper in group.papers]


def material_of(assessment: AssessmentRow) -> Material:
    """The bank as a draw would use it now."""
    whole = scheme_of(assessment.scheme_version)
    pack = pack_of(assessment.pack_version)
    takings = takings_of(assessment.candidates)
    taken = {candidate.number: takings[candidate.id].units for candidate in assessment.candidates}
    scheme = scheme_of_units(whole, {unit for units in taken.values() for unit in units})
    units, nodes = [unit.code for unit in pack.units], nodes_of(pack)
    blueprint = blueprint_of(scheme)
    ruled = ruled_items(assessment.council_id)
    exam = {
        row.code: row
        for row in _newest_items(units)
        if row.use == ItemUse.EXAM and (row.code, row.version) not in ruled
    }
    faces = {code: face_of(row) for code, row in exam.items()}
    used = {face.id for deck in decks(blueprint, faces.values(), nodes).values() for face in deck}
    practical = [unit for unit in units if unit in {unit_of(ref) for ref in scheme.practical_refs}]
    files = _newest_tasks(practical)
    return Material(
        scheme=scheme,
        takings=taken,
        blueprint=blueprint,
        faces=faces,
        samples=frozenset(code for code in used if exam[code].is_sample),
        task_files=tuple(files[unit] for unit in practical if unit in files),
        lacking_tasks=tuple(unit for unit in practical if unit not in files),
        nodes=nodes,
    )


def draw(actor: Actor, assessment_id: int, *, now: datetime) -> None:
    """Draw a paper and a practical for every candidate and store them whole. A second draw does nothing.

    The seed is made from the secrets of council and agency. Raises Conflict while one of them is not there, and
    DrawRefused with every shortage; then nothing is written.
    """
    begin_reading()  # all pairs of papers are compared, which takes seconds, and answers are saved meanwhile
    row = assessing.get_assessment(actor, assessment_id)
    if not assessing.is_to_move(actor, row, "draw"):
        return
    if now >= row.closes_at:
        words = Message("The time of this assessment is over. Ask the council to schedule another one.")
        raise Conflict(words)
    material = material_of(row)
    try:
        drawn = _drawn(row, material, commitments.secrets_of(row))
    except AssessmentError as fault:
        db.session.rollback()
        raise DrawRefused(fault.messages) from fault
    db.session.rollback()
    _keep(actor, assessment_id, material, drawn, now)


def _keep(actor: Actor, assessment_id: int, material: Material, drawn: Drawn, now: datetime) -> None:
    """Store what was drawn, unless somebody else drew meanwhile; refused when the commitments are others by now."""
    row, papers = assessing.get_assessment(actor, assessment_id), drawn.papers
    facts = {"papers": str(len(papers)), "practicals": str(len(drawn.practicals))}
    if not assessing.make_move(actor, row, "draw", now=now, facts=facts):
        return
    if commitments.secrets_of(row).commitments != drawn.entry.commitments:
        raise assessing.moved_on()
    _store(row, material, papers, drawn.practicals)
    db.session.add(
        DrawRow(
            assessment_id=row.id,
            seed=drawn.seed.hex(),
            manifest=canonical_json(drawn.manifest),
            entry=canonical_json(drawn.entry.as_json()),
            drawn_at=now,
            drawn_by=actor.person_id,
        )
    )
    row.is_specimen = material.scheme.specimen or _has_samples(papers, material.samples)
    try:
        db.session.commit()
    except IntegrityError as fault:
        db.session.rollback()
        words = Message("Another assessment drew the same paper at the same moment. Draw again.")
        raise Conflict(words) from fault


def request_draw(actor: Actor, assessment_id: int, *, now: datetime) -> JobRow | None:
    """Draw at once where that is quick; else have a worker draw, and give the job. Raises as `draw` does."""
    row = assessing.get_assessment(actor, assessment_id)
    if len(row.candidates) <= AT_ONCE or row.state != AssessmentState.ACCEPTED:
        draw(actor, assessment_id, now=now)
        return None
    assessing.require_side(actor, row, Side.AGENCY)
    commitments.secrets_of(row)
    if lacking := material_of(row).shortages:
        raise DrawRefused(lacking)
    assessing.lock(row)
    if jobs.find_newest(KIND, row.id, unfinished=True) is not None:
        return None
    job = jobs.add_job(actor, KIND, row.id, [str(actor.person_id)], now=now)
    db.session.commit()
    return job


def draw_unit(assessment_id: int, key: str, now: datetime) -> None:
    """Draw for the person (`key` is their id) who asked for it; a second time does nothing."""
    try:
        draw(actor_of(db.session.get_one(PersonRow, int(key))), assessment_id, now=now)
    except DrawRefused as refusal:
        raise Conflict(refusal.reasons[0]) from refusal


def _drawn(row: AssessmentRow, material: Material, opened: Opened) -> Drawn:
    if material.shortages:
        raise AssessmentError(*material.shortages)
    bank, earlier = bank_from(material.items, material.faces), earlier_sessions(row)
    numbers = [candidate.number for candidate in row.candidates]
    inputs = DrawInputs(
        bank=bank_hash(bank.items, bank.hashes),
        blueprint=blueprint_hash(material.blueprint),
        roster=roster_hash(numbers),
    )
    seed = seed_of(inputs, agency=opened.agency, council=opened.council)
    items, tasks = _met(row)
    practicals = draw_practicals_of_groups(
        {tasks.unit: tasks for tasks in material.task_files},
        _with_marks(material, material.scheme.practical_refs),
        seed=seed,
        used=_hashes(PracticalSheetRow.face_hash, PracticalSheetRow.centre_id == row.batch.centre_id),
        met=tasks,
    )
    request = DrawRequest(
        blueprint=material.blueprint,
        items=material.items,
        candidates=tuple(numbers),
        seed=seed,
        taken=_hashes(PaperRow.face_hash, PaperRow.pack_version_id == row.pack_version_id),
        met=items,
        exposed=Counter(item for session in earlier for paper in session.papers for item in paper),
        neighbours=in_a_row(numbers),
    )
    record = DrawRecord(
        assessment=row.code,
        item_hashes=bank.hashes,
        scheme=scheme_json(scheme_of(row.scheme_version)),
        task_files=material.task_files,
        practicals=practicals,
        secrets=(opened.agency, opened.council),
        earlier=earlier[:_TOLD],
    )
    drawn = draw_groups(material.scheme, request, _with_marks(material, material.scheme.theory_refs), record)
    groups = tuple(replace(one, manifest=_with_files(one, bank)) for one in drawn)
    manifest = manifest_of_groups(row.code, groups, practicals)
    entry = DrawLogEntry(number=1, commitments=opened.commitments, inputs=inputs, manifest=manifest["sha256"])
    return Drawn(seed=seed, groups=groups, practicals=practicals, manifest=manifest, entry=entry)


def _with_files(one: DrawnGroup, bank: Bank) -> Mapping[str, Any]:
    """The manifest of a group's papers as it stands among their files, with the hashes of the others."""
    own = bank.of(one.papers.request.blueprint)
    manifest: Mapping[str, Any] = json.loads(seal_folder(one.manifest, one.papers, own)[MANIFEST])
    return manifest


def _with_marks(material: Material, refs: Sequence[str]) -> dict[str, Units]:
    """Of each candidate's units those that have marks at one of these nodes."""
    units = {unit_of(ref) for ref in refs}
    return {number: tuple(unit for unit in taken if unit in units) for number, taken in material.takings.items()}


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
