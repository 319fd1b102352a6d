"""Steps of an assessment that several tests walk: scheduled, accepted, drawn, sat, scored."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path

from lms.extensions import db
from lms.permissions import Actor
from lms.records.content import scheme_of
from lms.records.keys import keys_of_items
from lms.records.papers import paper_of
from lms.services import approval, assessing, assessors, bundles, drawing, history, scheduling
from lms.tables.assessing import AssessmentRow, CandidateRow, PaperRow, PracticalSheetRow
from lms.tables.attempts import AnswerEventRow, AttemptRow
from lms.tables.marking import PracticalScoreRow
from lms.tables.people import OrganisationRow, PersonRow
from lms.tables.training import BatchRow, TraineeRow
from tests import world
from tests.states import once

NOW = world.DAY
OPENS = NOW + timedelta(days=3)
CLOSES = OPENS + timedelta(hours=8)
AFTER = CLOSES + timedelta(minutes=5)
ActorOf = Callable[[str], Actor]


def organisation(code: str) -> int:
    return db.session.query(OrganisationRow).filter_by(code=code).one().id


def person(login: str) -> int:
    return db.session.query(PersonRow).filter_by(login=login).one().id


def batch(code: str = "B-TC-1") -> BatchRow:
    return db.session.query(BatchRow).filter_by(code=code).one()


def scheduled(actor: ActorOf, *, again: bool = False, now: datetime = NOW, extra=None) -> AssessmentRow:
    days = now - NOW
    return scheduling.schedule(
        actor("council"),
        batch_id=batch().id,
        agency_id=organisation("AA-1"),
        again=again,
        opens_at=OPENS + days,
        closes_at=CLOSES + days,
        extra_minutes=extra or {},
        now=now,
    )


@once
def accepted(actor: ActorOf, **how) -> AssessmentRow:
    row = scheduled(actor, **how)
    scheduling.answer(actor("agency"), row.id, "accept", now=NOW)
    return row


@once
def drawn(actor: ActorOf, **how) -> AssessmentRow:
    row = accepted(actor, **how)
    drawing.draw(actor("agency"), row.id, now=NOW)
    assessors.name_assessors(actor("agency"), row.id, [person("assessor")], now=NOW)
    return assessing.get_assessment(actor("agency"), row.id)


def sit(candidate: CandidateRow, *, right: bool = True, at: datetime = OPENS) -> AttemptRow:
    """Write and submit the paper, every item answered right or wrong."""
    row = db.session.query(PaperRow).filter_by(candidate_id=candidate.id).one()
    minutes = scheme_of(candidate.assessment.scheme_version).theory.minutes + candidate.extra_minutes
    attempt = AttemptRow(
        candidate_id=candidate.id,
        paper_id=row.id,
        started_at=at,
        deadline_at=at + timedelta(minutes=minutes),
        submitted_at=at + timedelta(minutes=minutes - 10),
        handed_in_by="candidate",
    )
    db.session.add(attempt)
    db.session.flush()
    paper = paper_of(row)
    keys = keys_of_items(set(paper.items))
    for line in paper.lines:
        key = keys[line.item, line.version].right
        choice = key if right else next(option for option in line.options if option != key)
        answer(attempt, line.number, line.item, choice, at + timedelta(minutes=1))
    db.session.commit()
    return attempt


def attempt_of(candidate: CandidateRow) -> AttemptRow:
    return db.session.query(AttemptRow).filter_by(candidate_id=candidate.id).one()


def answer(attempt: AttemptRow, seq: int, item: str, choice: str, at: datetime, device: str = "d1") -> None:
    facts = {"item": item, "choice": choice, "payload_hash": "", "received_at": at}
    db.session.add(AnswerEventRow(attempt_id=attempt.id, device=device, seq=seq, **facts))


def score(candidate: CandidateRow, refs: Iterable[str], share: str = "1", key: str = "1") -> None:
    sheet = db.session.query(PracticalSheetRow).filter_by(candidate_id=candidate.id).one()
    scorer = person("assessor")
    for ref in refs:
        db.session.add(
            PracticalScoreRow(
                sheet_id=sheet.id, ref=ref, share=share, scorer_id=scorer, scored_at=OPENS, key=f"{ref}:{key}"
            )
        )
    db.session.commit()


def done(actor: ActorOf, row: AssessmentRow, *, right: bool = True, share: str = "1") -> None:
    """All candidates sit the paper and are scored."""
    refs = drawing.material_of(row).scheme.practical_refs
    for candidate in row.candidates:
        sit(candidate, right=right, at=row.opens_at)
        score(candidate, refs, share)


@once
def approved(actor: ActorOf, **how) -> AssessmentRow:
    row = drawn(actor)
    done(actor, row, **how)
    approval.submit(actor("assessor"), row.id, now=AFTER)
    approval.verify(actor("agency"), row.id, now=AFTER)
    approval.approve(actor("council"), row.id, now=AFTER)
    return row


def released_bundle(actor: ActorOf, row: AssessmentRow, folder: Path) -> Path:
    """The files of an assessment whose marks are all there, once it is released."""
    approval.submit(actor("assessor"), row.id, now=AFTER + timedelta(hours=2))
    approval.verify(actor("agency"), row.id, now=AFTER + timedelta(hours=3))
    approval.approve(actor("council"), row.id, now=AFTER + timedelta(hours=4))
    approval.release(actor("council"), row.id, now=AFTER + timedelta(hours=5))
    path = folder / "bundle.zip"
    path.write_bytes(b"".join(bundles.bundle_of(actor("council"), row.id)[1]))
    return path


def acts(row: AssessmentRow) -> list[str]:
    """What the history tells of an assessment, first things first."""
    return [str(history.words_of(entry)) for entry in reversed(history.list_history("assessment", row.id))]


def trainee(number: int) -> TraineeRow:
    """A trainee of the world's first batch, by the place on its list."""
    return batch().trainees[number - 1]
