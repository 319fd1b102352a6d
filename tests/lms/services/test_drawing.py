"""Drawing: complete, unique, replayable, without keys; nothing at all when something is short."""

import hashlib
import json
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from assessments.marks import from_text
from assessments.model import CriterionMarks, MarksStatus
from assessments.papers import draw_papers, in_a_row
from lms.extensions import db
from lms.records.content import scheme_of
from lms.records.papers import paper_of, practical_of
from lms.services import approval, drawing, proofs, publishing, scheduling
from lms.services.errors import Absent, Conflict, Faulty, NotAllowed
from lms.tables.assessing import AssessmentState, DrawRow, PaperRow, PracticalSheetRow
from lms.tables.content import ContentState, ItemVersionRow, SchemeVersionRow
from lms.tables.drawing import DrawSecretRow
from lms.tables.keys import ItemKeyRow
from lms.tables.marking import ReassessmentRow, ReassessmentStepRow
from tests import world
from tests.conftest import BOTH
from tests.lms.services import assessing_steps as steps
from tests.lms.services.assessing_steps import AFTER, NOW


def new_scheme(**changes) -> SchemeVersionRow:
    """Publish the pack's scheme again with some changes."""
    row = world.scheme_version()
    scheme = scheme_of(row).model_copy(update=changes)
    scheme = type(scheme).model_validate(scheme.model_dump())
    new = publishing.add_scheme(row.pack_version_id, scheme, ContentState.PUBLISHED, now=NOW)
    db.session.commit()
    return new


def two_items_for(ref: str):
    """The scheme's units, with two theory items for one criterion."""
    unit_code, _, criterion = ref.partition("#")
    scheme = scheme_of(world.scheme_version())

    def changed(line: CriterionMarks) -> CriterionMarks:
        return line.model_copy(update={"theory_items": 2}) if line.criterion == criterion else line

    return tuple(
        unit.model_copy(update={"criteria": tuple(map(changed, unit.criteria))}) if unit.unit == unit_code else unit
        for unit in scheme.units
    )


def withdraw_items(ref: str, left: int) -> None:
    """Turn exam items of a criterion into practice items, by a new version of each."""
    rows = [
        row
        for row in db.session.query(ItemVersionRow).filter_by(use="exam").order_by(ItemVersionRow.code)
        if f"{row.unit_code}#{json.loads(row.content)['criteria'][0]}" == ref
    ]
    for row in rows[left:]:
        db.session.add(
            ItemVersionRow(
                code=row.code,
                version=row.version + 1,
                unit_code=row.unit_code,
                use="practice",
                is_sample=True,
                content=row.content,
                sha256=row.sha256,
                published_at=NOW,
            )
        )
    db.session.commit()


@BOTH
def test_every_candidate_gets_a_paper_and_a_practical_that_nobody_else_has(app, actor) -> None:
    row = steps.drawn(actor)
    papers = db.session.query(PaperRow).all()
    sheets = db.session.query(PracticalSheetRow).all()
    candidates = {candidate.id for candidate in row.candidates}
    assert {paper.candidate_id for paper in papers} == {sheet.candidate_id for sheet in sheets} == candidates
    assert len({paper.face_hash for paper in papers}) == len({sheet.face_hash for sheet in sheets}) == 4
    assert len({paper_of(paper).items for paper in papers}) == 4
    assert row.state == AssessmentState.DRAWN


@BOTH
def test_a_second_draw_does_nothing(app, actor) -> None:
    row = steps.drawn(actor)
    before = [(paper.id, paper.face_hash) for paper in db.session.query(PaperRow)]
    drawing.draw(actor("agency"), row.id, now=AFTER)
    assert [(paper.id, paper.face_hash) for paper in db.session.query(PaperRow)] == before
    assert db.session.query(DrawRow).count() == 1


@BOTH
def test_the_database_itself_refuses_a_second_draw_and_a_face_given_out_before(app, actor) -> None:
    steps.drawn(actor)
    drawn, paper = db.session.query(DrawRow).one(), db.session.query(PaperRow).first()
    copies = (
        DrawRow(
            assessment_id=drawn.assessment_id,
            seed="00",
            manifest="{}",
            drawn_at=NOW,
            drawn_by=drawn.drawn_by,
        ),
        PaperRow(
            candidate_id=paper.candidate_id,
            pack_version_id=paper.pack_version_id,
            face_hash=paper.face_hash,
            content="{}",
            face="[]",
        ),
    )
    for copy in copies:
        db.session.add(copy)
        with pytest.raises(IntegrityError):
            db.session.flush()
        db.session.rollback()


def test_only_the_agency_draws_and_only_after_it_accepted(app, actor) -> None:
    row = steps.scheduled(actor)
    with pytest.raises(Conflict, match="has moved on"):
        drawing.draw(actor("agency"), row.id, now=NOW)
    db.session.rollback()
    scheduling.answer(actor("agency"), row.id, "accept", now=NOW)
    with pytest.raises(NotAllowed):
        drawing.draw(actor("council"), row.id, now=NOW)
    with pytest.raises(Absent):
        drawing.draw(actor("agency2"), row.id, now=NOW)


@BOTH
def test_a_shortage_is_named_and_nothing_is_written(app, actor) -> None:
    new_scheme(units=two_items_for("ASC/N1105#PC4"))
    withdraw_items("ASC/N1105#PC4", left=1)
    row = steps.accepted(actor)
    with pytest.raises(drawing.DrawRefused) as refusal:
        drawing.draw(actor("agency"), row.id, now=NOW)
    assert [str(reason) for reason in refusal.value.reasons] == ["Items for PC4 of ASC/N1105: 2 needed, 1 in the bank"]
    db.session.refresh(row)
    assert row.state == AssessmentState.ACCEPTED
    assert db.session.query(PaperRow).count() == db.session.query(DrawRow).count() == 0


def test_a_face_shows_the_paper_as_drawn_and_nothing_of_its_keys(app, actor) -> None:
    steps.drawn(actor)
    row = db.session.query(PaperRow).first()
    paper, face = paper_of(row), json.loads(row.face)
    assert [(line["number"], line["item"]) for line in face] == [(line.number, line.item) for line in paper.lines]
    assert [tuple(option["id"] for option in line["options"]) for line in face] == [
        line.options for line in paper.lines
    ]
    plain = {"number", "item", "unit", "kind", "stem", "options"}
    assert all(plain <= set(line) <= plain | {"translations"} for line in face)
    assert all(set(words) == {"stem", "options"} for line in face for words in line.get("translations", {}).values())
    assert {name for line in face for option in line["options"] for name in option} == {"id", "text"}
    rationales = [json.loads(key.content)["rationale"] for key in db.session.query(ItemKeyRow)]
    assert not any(rationale in row.face for rationale in rationales)


def test_a_sheet_holds_all_that_scoring_needs_for_the_criteria_with_practical_marks(app, actor) -> None:
    row = steps.drawn(actor)
    sheet = db.session.query(PracticalSheetRow).first()
    face = json.loads(sheet.face)
    scheme = drawing.material_of(row).scheme
    criteria = [criterion for part in face for criterion in part["criteria"]]
    assert [criterion["ref"] for criterion in criteria] == list(scheme.practical_refs)
    assert [part["task"] for part in face] == [part.task for part in practical_of(sheet).parts]
    assert not any("{" in part["brief"] for part in face)
    assert all(criterion["levels"][-1]["share"] == "1" for criterion in criteria)
    assert all(criterion["evidence"] and from_text(criterion["available_marks"]) > 0 for criterion in criteria)


def test_the_manifest_proves_the_draw_and_the_seed_replays_it(app, actor) -> None:
    row = steps.drawn(actor)
    drawn = db.session.query(DrawRow).one()
    manifest, material = json.loads(drawn.manifest), drawing.material_of(row)
    seed = bytes.fromhex(drawn.seed)
    assert manifest["seed_sha256"] == hashlib.sha256(seed).hexdigest()
    numbers = [candidate.number for candidate in row.candidates]
    again = draw_papers(
        material.blueprint, material.faces.values(), candidates=numbers, seed=seed, neighbours=in_a_row(numbers)
    )
    assert [paper.face_hash for paper in again] == [paper["sha256"] for paper in manifest["papers"]]
    assert [paper["candidate"] for paper in manifest["papers"]] == numbers


def test_the_manifest_tells_neither_items_nor_the_seed_before_the_release(app, actor) -> None:
    row = steps.drawn(actor)
    proof = proofs.get_proof(actor("agency"), row.id)
    text = json.dumps(proof.manifest)
    items = {item for paper in db.session.query(PaperRow) for item in paper_of(paper).items}
    secrets = [secret.secret for secret in db.session.query(DrawSecretRow)]
    assert not any(hidden in text for hidden in (proof.drawn.seed, *secrets, *items))
    row.state = AssessmentState.RELEASED
    opened = proofs.get_proof(actor("agency"), row.id).manifest
    assert opened["inputs"]["seed"] == proof.drawn.seed
    assert sorted(opened["inputs"]["secrets"]) == sorted(secrets)


@pytest.mark.parametrize("who", ["centre", "trainer", "assessor"])
def test_the_manifest_is_for_agency_and_council_only(app, actor, who: str) -> None:
    row = steps.drawn(actor)
    assert proofs.get_proof(actor("council"), row.id)
    with pytest.raises(Absent):
        proofs.get_proof(actor(who), row.id)


@pytest.mark.parametrize(("is_sample", "is_specimen"), [(True, True), (False, False)])
def test_sample_items_make_a_specimen_even_on_official_marks(app, actor, is_sample: bool, is_specimen: bool) -> None:
    new_scheme(marks_status=MarksStatus.OFFICIAL)
    if not is_sample:
        for old in db.session.query(ItemVersionRow).filter_by(use="exam").all():
            columns = ("code", "unit_code", "use", "content", "sha256", "published_at")
            copy = {name: getattr(old, name) for name in columns}
            db.session.add(ItemVersionRow(**copy, version=old.version + 1, is_sample=False))
        db.session.commit()
    row = steps.drawn(actor)
    assert row.is_specimen is is_specimen


def ask_again(row, level: str = "council", *, is_accepted: bool = True) -> None:
    """A request for reassessment by every candidate, decided at a level."""
    for candidate in row.candidates:
        request = ReassessmentRow(candidate_id=candidate.id, asked_at=AFTER)
        by = steps.person("council")
        request.steps.append(ReassessmentStepRow(level=level, is_accepted=is_accepted, by_id=by, at=AFTER))
        db.session.add(request)
    db.session.commit()


@BOTH
def test_a_reassessment_has_other_items_and_other_tasks(app, actor) -> None:
    row = steps.approved(actor, right=False, share="0")
    approval.release(actor("council"), row.id, now=AFTER)
    ask_again(row)
    again = steps.drawn(actor, again=True)
    assert [candidate.attempt_number for candidate in again.candidates] == [2, 2, 2, 2]
    requests = db.session.query(ReassessmentRow).order_by(ReassessmentRow.id)
    assert {request.next_candidate_id for request in requests} == {candidate.id for candidate in again.candidates}
    for before, after in zip(row.candidates, again.candidates, strict=True):
        assert before.trainee_id == after.trainee_id
        papers = [paper_of(db.session.query(PaperRow).filter_by(candidate_id=one.id).one()) for one in (before, after)]
        # Level use of the bank may leave one candidate a card already met, never most of the paper.
        assert 2 * len(papers[0].items & papers[1].items) < len(papers[1].items)
        sheets = [db.session.query(PracticalSheetRow).filter_by(candidate_id=one.id).one() for one in (before, after)]
        tasks = [{part.task for part in practical_of(sheet).parts} for sheet in sheets]
        assert tasks[0].isdisjoint(tasks[1])


@BOTH
def test_a_request_is_scheduled_once(app, actor) -> None:
    row = steps.approved(actor, right=False, share="0")
    ask_again(row)
    steps.scheduled(actor, again=True)
    with pytest.raises(Faulty, match="Nobody can be entered"):
        steps.scheduled(actor, again=True)


@pytest.mark.parametrize(
    ("level", "is_accepted", "words"), [("council", False, "was refused"), ("agency", True, "not decided yet")]
)
def test_requests_that_the_council_did_not_accept_are_left_out(app, actor, level, is_accepted, words: str) -> None:
    row = steps.approved(actor, right=False, share="0")
    ask_again(row, level, is_accepted=is_accepted)
    roster = scheduling.get_roster(actor("council"), row.batch_id, again=True)
    assert roster.entries == ()
    assert all(words in str(reason) for _trainee, reason in roster.left_out)
    assert len(roster.left_out) == 4


def test_nothing_is_drawn_once_the_time_of_the_assessment_is_over(app, actor) -> None:
    row = steps.accepted(actor)
    with pytest.raises(Conflict, match="The time of this assessment is over"):
        drawing.draw(actor("agency"), row.id, now=row.closes_at)
    assert db.session.query(PaperRow).count() == 0
    drawing.draw(actor("agency"), row.id, now=row.closes_at - timedelta(seconds=1))
    assert db.session.query(PaperRow).count() == len(row.candidates)
