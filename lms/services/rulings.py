"""Rulings on items after an exam: proposed by one person of the council, confirmed by another, carried out by a job."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.exc import IntegrityError

from assessments.rulings import Ruling, ruled_refs, withdrawn_words
from assessments.words import Message
from lms.extensions import begin_reading, db
from lms.permissions import Actor
from lms.records.papers import paper_of
from lms.records.rulings import ruling_of, rulings_in_force
from lms.services import accounts, assessing, corrections, history, jobs
from lms.services.errors import Absent, Conflict, NotAllowed
from lms.services.grading import grade_candidates
from lms.services.reasons import checked_reason
from lms.services.ruled_items import RuledItem, get_item, next_ruling
from lms.services.ruling_previews import Preview, candidates_given, preview
from lms.services.waiting import Waiting
from lms.tables.assessing import AssessmentRow, AssessmentState, CandidateRow, PaperRow
from lms.tables.jobs import JobRow
from lms.tables.marking import ResultRow
from lms.tables.people import PersonRow, Role
from lms.tables.rulings import ItemRulingAnswerRow, ItemRulingRow, ResultCorrectionRow

THING, KIND = "item_ruling", "rulings"
ANSWERED = Message("This ruling has been answered; what it changed stands on its page.")
_DECIDED = (AssessmentState.APPROVED, AssessmentState.RELEASED)


class RulingState(StrEnum):
    """Where a ruling stands."""

    PROPOSED = "proposed"
    REFUSED = "refused"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"


class PreviewChanged(Conflict):
    """What a person saw is not what would happen now; the page shows it anew."""

    def __init__(self) -> None:
        super().__init__(
            Message("Since this was shown, something has changed in who changes. Look at the new figures first.")
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RulingSheet:
    """A ruling as the council sees it. `preview` is what it would change; None once it is answered."""

    row: ItemRulingRow
    item: RuledItem
    ruling: Ruling
    state: RulingState
    preview: Preview | None
    is_mine: bool
    job: JobRow | None
    corrected: int

    @property
    def is_unchanged(self) -> bool:
        """Whether the preview still says what the proposer saw."""
        return self.preview is not None and self.preview.sha256 == self.row.preview_sha256


def preview_of(actor: Actor, item_version_id: int, *, policy: str, options: Collection[str]) -> Preview:
    """What a ruling would change if it were made now; raises Faulty for one that cannot be made."""
    item = get_item(actor, item_version_id)
    return preview(item.council_id, next_ruling(item, policy, options))


def propose(
    actor: Actor,
    item_version_id: int,
    *,
    policy: str,
    options: Collection[str],
    reason: str,
    seen: str,
    now: datetime,
) -> ItemRulingRow:
    """Propose a ruling to a second person, on the preview with the hash `seen`.

    Raises Faulty for a ruling that cannot be made or gives no reason, PreviewChanged when the preview is another by
    now, and Conflict while another proposal on the item waits.
    """
    item = get_item(actor, item_version_id)
    if item.open_ruling is not None:
        raise Conflict(Message("A ruling on this item waits for a second person. Answer that one first."))
    ruling, why = next_ruling(item, policy, options), checked_reason(reason)
    if _preview_apart(item.council_id, ruling).sha256 != seen:
        raise PreviewChanged
    row = ItemRulingRow(
        council_id=item.council_id,
        item_version_id=item_version_id,
        number=ruling.number,
        policy=ruling.policy,
        options=json.dumps(sorted(ruling.options)),
        reason=why,
        preview_sha256=seen,
        proposed_by_id=actor.person_id,
        proposed_at=now,
    )
    db.session.add(row)
    try:
        db.session.flush()
    except IntegrityError as fault:
        db.session.rollback()
        words = Message("A colleague has proposed a ruling on this item meanwhile. Open the page again.")
        raise Conflict(words) from fault
    history.record(actor, THING, row.id, Message("proposed this ruling"), now=now, why=why)
    db.session.commit()
    return row


def confirm(actor: Actor, ruling_id: int, *, seen: str, now: datetime) -> int | None:
    """Put a ruling of a colleague in force, on the preview that the colleague saw.

    Returns the job that corrects the decided results, None where none is to be corrected. Confirmed already: nothing
    happens. Raises NotAllowed for one's own proposal, PreviewChanged, and Conflict once it is refused.
    """
    row = get_ruling(actor, ruling_id)
    if row.answer is not None:
        return _same_answer(row, is_confirmed=True).job_id
    if row.proposed_by_id == actor.person_id:
        raise NotAllowed(Message("You have proposed this; somebody else of the council has to confirm it."))
    found = _preview_apart(row.council_id, ruling_of(row))
    if not found.sha256 == seen == row.preview_sha256:
        raise PreviewChanged
    _hold(found)
    job = None
    if found.decided_assessments:
        job = jobs.add_job(actor, KIND, row.id, [str(number) for number in found.decided_assessments], now=now)
    _answer(actor, row, is_confirmed=True, reason="", job=job, now=now)
    history.record(actor, THING, row.id, Message("confirmed this ruling"), now=now)
    return _committed(actor, ruling_id, is_confirmed=True).job_id


def _hold(found: Preview) -> None:
    """Hold the assessments concerned until the transaction ends; raises PreviewChanged when one was decided since.

    So a mark sheet is approved either before, and its results are corrected, or after, and decided by the ruling.
    """
    numbers = {line.assessment_id for line in found.lines}
    held = assessing.lock_all(db.session.get_one(AssessmentRow, number) for number in numbers)
    then = {line.assessment_id for line in found.lines if line.change.outcome_before is not None}
    if {row.id for row in held if row.state in _DECIDED} != then:
        db.session.rollback()
        raise PreviewChanged


def refuse(actor: Actor, ruling_id: int, *, reason: str, now: datetime) -> None:
    """End a proposal with a reason: a colleague refuses it, or who proposed it takes it back. Twice is once."""
    row = get_ruling(actor, ruling_id)
    if row.answer is not None:
        _same_answer(row, is_confirmed=False)
        return
    why = checked_reason(reason)
    is_own = row.proposed_by_id == actor.person_id
    done = Message("took this ruling back") if is_own else Message("refused this ruling")
    _answer(actor, row, is_confirmed=False, reason=why, job=None, now=now)
    history.record(actor, THING, row.id, done, now=now, why=why)
    _committed(actor, ruling_id, is_confirmed=False)


def renew(actor: Actor, ruling_id: int, *, seen: str, now: datetime) -> ItemRulingRow:
    """Propose a ruling anew on the figures of now, when they changed since; a colleague then confirms."""
    row = get_ruling(actor, ruling_id)
    if row.answer is None:
        if row.preview_sha256 == seen:
            raise Conflict(Message("Nothing has changed since it was proposed; it waits for a second person."))
        refuse(actor, ruling_id, reason="The figures changed; proposed anew.", now=now)
    kept, options = row.policy, json.loads(row.options)
    fresh = preview_of(actor, row.item_version_id, policy=kept, options=options)
    return propose(
        actor, row.item_version_id, policy=kept, options=options, reason=row.reason, seen=fresh.sha256, now=now
    )


def apply_to_assessment(ruling_id: int, key: str, now: datetime) -> None:
    """Correct the decided results of one assessment (`key` is its id); done already, nothing happens."""
    row = db.session.get_one(ItemRulingRow, ruling_id)
    answer = row.answer
    if answer is None or not answer.is_confirmed:
        raise Absent
    assessment = assessing.lock(db.session.get_one(AssessmentRow, int(key)))
    if assessment.state not in _DECIDED or assessment.council_id != row.council_id:
        return  # sent back meanwhile: the ruling counts when the results are decided again
    actor = accounts.actor_of(db.session.get_one(PersonRow, answer.by_id))
    ruling = ruling_of(row)
    given = {candidate.id for some in candidates_given(row.council_id, ruling) for candidate in some}
    candidates = [candidate for candidate in assessment.candidates if candidate.id in given]
    words = Message("corrected the result: an item was withdrawn or its key corrected after the exam")
    for line in grade_candidates(assessment, candidates):
        if line.result is not None:
            corrections.correct(actor, line.candidate, line.result, row, words=words, why=row.reason, now=now)
    corrections.certify_the_newly_competent(actor, assessment, now)
    db.session.commit()


def get_ruling(actor: Actor, ruling_id: int) -> ItemRulingRow:
    """A ruling of the actor's own council; raises Absent."""
    row = db.session.scalar(select(ItemRulingRow).where(_own(actor), ItemRulingRow.id == ruling_id))
    if row is None:
        raise Absent
    return row


def get_sheet(actor: Actor, ruling_id: int) -> RulingSheet:
    """A ruling with all that is needed to answer it, or what came of it."""
    row = get_ruling(actor, ruling_id)
    item = get_item(actor, row.item_version_id)
    ruling = ruling_of(row)
    corrected = select(func.count()).select_from(ResultCorrectionRow).filter_by(ruling_id=row.id)
    return RulingSheet(
        row=row,
        item=item,
        ruling=ruling,
        state=state_of(row),
        preview=preview(row.council_id, ruling) if row.answer is None else None,
        is_mine=row.proposed_by_id == actor.person_id,
        job=db.session.get(JobRow, row.answer.job_id) if row.answer and row.answer.job_id else None,
        corrected=db.session.scalar(corrected) or 0,
    )


def list_corrected(ruling_id: int) -> Sequence[ResultRow]:
    """The results that a ruling, loaded through the person, has corrected."""
    query = (
        select(ResultRow)
        .join(ResultCorrectionRow, ResultCorrectionRow.result_id == ResultRow.id)
        .where(ResultCorrectionRow.ruling_id == ruling_id)
        .order_by(ResultRow.id)
    )
    return db.session.scalars(query).unique().all()


def withdrawn_for(candidate: CandidateRow) -> tuple[Message, ...]:
    """What a candidate, loaded through the person, is told of rulings on the paper: never which item."""
    paper = db.session.scalar(select(PaperRow).filter_by(candidate_id=candidate.id))
    if paper is None:
        return ()
    return withdrawn_words(ruled_refs(paper_of(paper), rulings_in_force(candidate.assessment.council_id)))


def list_rulings(actor: Actor) -> Sequence[tuple[ItemRulingRow, RulingState]]:
    """The rulings of the actor's councils: those that wait first, then the newest."""
    rows = db.session.scalars(select(ItemRulingRow).where(_own(actor)).order_by(ItemRulingRow.id.desc())).unique()
    return sorted(((row, state_of(row)) for row in rows), key=lambda pair: pair[1] is not RulingState.PROPOSED)


def state_of(row: ItemRulingRow) -> RulingState:
    """Where a ruling stands."""
    if row.answer is None:
        return RulingState.PROPOSED
    if not row.answer.is_confirmed:
        return RulingState.REFUSED
    newer = (
        select(ItemRulingRow.id)
        .join(ItemRulingAnswerRow, ItemRulingAnswerRow.ruling_id == ItemRulingRow.id)
        .filter(
            ItemRulingRow.council_id == row.council_id,
            ItemRulingRow.item_version_id == row.item_version_id,
            ItemRulingRow.number > row.number,
            ItemRulingAnswerRow.is_confirmed,
        )
    )
    return RulingState.SUPERSEDED if db.session.scalar(newer.limit(1)) else RulingState.IN_FORCE


def waiting(actor: Actor, now: datetime) -> list[Waiting]:  # noqa: ARG001 -- every area's teller is asked the same way
    """The rulings that colleagues have proposed to the actor."""
    return [
        Waiting(
            title=Message("Confirm or refuse a ruling on item %(item)s", {"item": row.item_version.code}),
            endpoint="rulings.show",
            values={"ruling_id": row.id},
            button=Message("Look at who changes"),
            detail=Message("Proposed by %(name)s", {"name": row.proposed_by.name}),
        )
        for row in _open(actor)
        if row.proposed_by_id != actor.person_id
    ]


def running(actor: Actor, now: datetime) -> list[Waiting]:  # noqa: ARG001 -- every area's teller is asked the same way
    """The actor's own proposals, which wait for somebody else."""
    return [
        Waiting(
            title=Message("Your ruling on item %(item)s waits for a colleague", {"item": row.item_version.code}),
            endpoint="rulings.show",
            values={"ruling_id": row.id},
        )
        for row in _open(actor)
        if row.proposed_by_id == actor.person_id
    ]


def _open(actor: Actor) -> Sequence[ItemRulingRow]:
    if not actor.organisations(Role.COUNCIL_STAFF):
        return []
    unanswered = ~select(ItemRulingAnswerRow.id).where(ItemRulingAnswerRow.ruling_id == ItemRulingRow.id).exists()
    return db.session.scalars(select(ItemRulingRow).where(_own(actor), unanswered)).unique().all()


def _own(actor: Actor) -> ColumnElement[bool]:
    return ItemRulingRow.council_id.in_(actor.organisations(Role.COUNCIL_STAFF))


def _preview_apart(council_id: int, ruling: Ruling) -> Preview:
    """The preview, made while nobody who writes has to wait; the caller then begins to write."""
    begin_reading()
    found = preview(council_id, ruling)
    db.session.rollback()
    return found


def _answer(
    actor: Actor, row: ItemRulingRow, *, is_confirmed: bool, reason: str, job: JobRow | None, now: datetime
) -> None:
    answer = ItemRulingAnswerRow(
        ruling_id=row.id,
        proposed_by_id=row.proposed_by_id,
        is_confirmed=is_confirmed,
        reason=reason,
        preview_sha256=row.preview_sha256,
        job_id=job.id if job else None,
        by_id=actor.person_id,
        at=now,
    )
    db.session.add(answer)


def _committed(actor: Actor, ruling_id: int, *, is_confirmed: bool) -> ItemRulingAnswerRow:
    """Commit the answer; where a colleague was faster, theirs when it is the same, else Conflict."""
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
    return _same_answer(get_ruling(actor, ruling_id), is_confirmed=is_confirmed)


def _same_answer(row: ItemRulingRow, *, is_confirmed: bool) -> ItemRulingAnswerRow:
    if row.answer is None or row.answer.is_confirmed != is_confirmed:
        raise Conflict(Message("This ruling has been answered otherwise meanwhile. Open the page again."))
    return row.answer
