"""Answering an appeal: what the agency found, and what the council decides, two of it where marks change."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from assessments.decisions import Result
from assessments.marks import from_text, to_text
from assessments.words import Message
from lms.extensions import db
from lms.permissions import Actor
from lms.records.practicals import SheetUnit, units_of
from lms.records.results import result_of
from lms.services import appeals, assessing, corrections, grading, history, marking
from lms.services.appeals import THING, AppealState, StepKind
from lms.services.assessing import Side
from lms.services.errors import Conflict, Faulty, NotAllowed
from lms.services.reasons import checked_reason
from lms.services.results import newest_results
from lms.tables.appeals import AppealRow, AppealStepRow
from lms.tables.assessing import PracticalSheetRow
from lms.tables.marking import PracticalScoreRow, ResultRow

FINDINGS = ("theory", "practical", "clerical")
LONGEST_FINDING = 1000
_MEANWHILE = Message("A colleague has acted on this appeal meanwhile. Open the page again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A correction that the council proposes: new shares by criterion, and the results before and after."""

    shares: Mapping[str, str]
    before: Result
    after: Result | None
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Practical:
    """A candidate's practical as it was scored: its units, and the shares that count by criterion, as text."""

    units: tuple[SheetUnit, ...]
    held: Mapping[str, str]


def find_practical(row: AppealRow) -> Practical:
    """The practical behind an appeal that was loaded through the person; empty where there was none."""
    sheet = db.session.scalar(select(PracticalSheetRow).filter_by(candidate_id=row.result.candidate_id))
    if sheet is None:
        return Practical(units=(), held={})
    return Practical(units=units_of(sheet), held={ref: score.share for ref, score in marking.scores_of(sheet).items()})


def _held(actor: Actor, appeal_id: int) -> AppealRow:
    """The appeal as it stands, with nobody else acting on it until the caller's transaction ends."""
    row = appeals.get_appeal(actor, appeal_id)
    assessing.lock(row.result.candidate.assessment)
    db.session.refresh(row, ["steps"])
    return row


def answer(actor: Actor, appeal_id: int, *, findings: Mapping[str, str], reason: str, now: datetime) -> None:
    """The agency says what it found in theory scoring, practical evidence and clerical work. Twice is once.

    Raises Faulty naming what is not said, NotAllowed for others than the agency.
    """
    row = _held(actor, appeal_id)
    _require(actor, row, Side.AGENCY)
    state = appeals.state_of(row)
    if any(step.kind == StepKind.ANSWERED for step in row.steps):
        return
    _require_state(state, AppealState.WITH_AGENCY)
    given = {name: findings.get(name, "").strip()[:LONGEST_FINDING] for name in FINDINGS}
    if not all(given.values()):
        raise Faulty(Message("Say for each of the three what was found, even that there is no fault."))
    why = checked_reason(reason)
    _add(actor, row, StepKind.ANSWERED, why, detail=given, now=now)
    appeals.record(actor, row, Message("answered the appeal after checking"), why, now)
    _commit(row.id, StepKind.ANSWERED)


def reject(actor: Actor, appeal_id: int, *, reason: str, now: datetime) -> None:
    """The council does not uphold the appeal, with the reason that the candidate reads; it ends here. Twice is once."""
    row = _held(actor, appeal_id)
    _require(actor, row, Side.COUNCIL)
    if appeals.state_of(row) is AppealState.NOT_UPHELD:
        return
    _require_state(appeals.state_of(row), AppealState.WITH_COUNCIL)
    why = checked_reason(reason)
    _add(actor, row, StepKind.NOT_UPHELD, why, now=now)
    appeals.record(actor, row, Message("did not uphold the appeal; the result stands"), why, now)
    _commit(row.id, StepKind.NOT_UPHELD)


def propose(actor: Actor, appeal_id: int, *, shares: Mapping[str, str], reason: str, now: datetime) -> None:
    """Propose to uphold the appeal with other levels for criteria of the practical; a colleague confirms.

    Raises Faulty for levels that the rubric does not have, and when nothing would change.
    """
    row = _held(actor, appeal_id)
    _require(actor, row, Side.COUNCIL)
    _require_state(appeals.state_of(row), AppealState.WITH_COUNCIL)
    why, changed = checked_reason(reason), _changed_shares(row.result.candidate_id, shares)
    found = grading.grade_with_shares(row.result.candidate, {ref: from_text(share) for ref, share in changed.items()})
    if found is None:
        raise Conflict(Message("The practical is not scored in full; it cannot be corrected in part."))
    detail = {"shares": changed, "before": _newest(row).inputs_hash, "after": found.inputs_hash}
    _add(actor, row, StepKind.PROPOSED, why, detail=detail, now=now)
    history.record(actor, THING, row.id, Message("proposed to uphold the appeal"), now=now, why=why)
    _commit(row.id, StepKind.PROPOSED)


def send_back(actor: Actor, appeal_id: int, *, reason: str, now: datetime) -> None:
    """Take a proposal back, one's own or a colleague's, with a reason; the council decides anew. Twice is once."""
    row = _held(actor, appeal_id)
    _require(actor, row, Side.COUNCIL)
    if row.steps and row.steps[-1].kind == StepKind.RETURNED:
        return
    _require_state(appeals.state_of(row), AppealState.PROPOSED)
    why = checked_reason(reason)
    _add(actor, row, StepKind.RETURNED, why, now=now)
    history.record(actor, THING, row.id, Message("sent the proposal back"), now=now, why=why)
    _commit(row.id, StepKind.RETURNED)


def confirm(actor: Actor, appeal_id: int, *, now: datetime) -> None:
    """Uphold the appeal as a colleague proposed: add the scores and the corrected result, in one transaction.

    Twice is once. Raises NotAllowed for one's own proposal, and Conflict when the result has changed since.
    """
    row = _held(actor, appeal_id)
    _require(actor, row, Side.COUNCIL)
    if appeals.state_of(row) is AppealState.UPHELD:
        return
    _require_state(appeals.state_of(row), AppealState.PROPOSED)
    step = row.steps[-1]
    if step.by_id == actor.person_id:
        raise NotAllowed(Message("You have proposed this; somebody else of the council has to confirm it."))
    candidate, detail = row.result.candidate, json.loads(step.detail)
    shares = {ref: from_text(share) for ref, share in detail["shares"].items()}
    found = grading.grade_with_shares(candidate, shares)
    if found is None or (_newest(row).inputs_hash, found.inputs_hash) != (detail["before"], detail["after"]):
        db.session.rollback()
        words = Message("The result has changed since this was proposed. Send the proposal back and decide anew.")
        raise Conflict(words)
    _add(actor, row, StepKind.CONFIRMED, step.reason, proposal=step, now=now)
    _rescore(row, step, detail["shares"], now)
    words = Message("upheld the appeal and corrected the result")
    corrections.correct(actor, candidate, found, row, words=words, why=step.reason, now=now)
    corrections.certify_the_newly_competent(actor, candidate.assessment, now)
    history.record(actor, THING, row.id, words, now=now, why=step.reason)
    _commit(appeal_id, StepKind.CONFIRMED)


def find_proposal(row: AppealRow) -> Proposal | None:
    """The correction that waits for a second person, with what it would make of the result."""
    if appeals.state_of(row) is not AppealState.PROPOSED:
        return None
    detail, newest = json.loads(row.steps[-1].detail), _newest(row)
    shares = {ref: from_text(share) for ref, share in detail["shares"].items()}
    after = grading.grade_with_shares(row.result.candidate, shares)
    hashes = (newest.inputs_hash, after.inputs_hash if after else "")
    return Proposal(
        shares=detail["shares"],
        before=result_of(newest),
        after=after,
        is_current=hashes == (detail["before"], detail["after"]),
    )


def recomputes_alike(row: AppealRow) -> bool:
    """Whether the result that counts comes out again from the records as they are, hash for hash."""
    found = grading.grade_with_shares(row.result.candidate, {})
    return found is not None and found.inputs_hash == _newest(row).inputs_hash


def _changed_shares(candidate_id: int, shares: Mapping[str, str]) -> dict[str, str]:
    """The levels that are not those given before, as they are stored; raises Faulty when there is none."""
    sheet = db.session.scalar(select(PracticalSheetRow).filter_by(candidate_id=candidate_id))
    if sheet is None:
        raise Faulty(Message("The candidate has no practical to correct."))
    held = marking.scores_of(sheet)
    given = {ref: _level(sheet, ref, share) for ref, share in shares.items() if share}
    changed = {ref: share for ref, share in given.items() if ref not in held or held[ref].share != share}
    if not changed:
        raise Faulty(Message("Choose another level for at least one criterion; else the appeal is not upheld."))
    return changed


def _rescore(row: AppealRow, step: AppealStepRow, shares: Mapping[str, str], now: datetime) -> None:
    """Add the corrected levels as scores of who proposed them."""
    sheet = db.session.scalars(select(PracticalSheetRow).filter_by(candidate_id=row.result.candidate_id)).one()
    for place, (ref, share) in enumerate(sorted(shares.items()), start=1):
        score = PracticalScoreRow(
            sheet_id=sheet.id,
            ref=ref,
            share=share,
            note=step.reason,
            scorer_id=step.by_id,
            scored_at=now,
            key=f"appeal-{row.id}-{step.number}-{place}",
        )
        db.session.add(score)
    db.session.flush()


def _newest(row: AppealRow) -> ResultRow:
    return newest_results([row.result.candidate_id])[row.result.candidate_id]


def _require(actor: Actor, row: AppealRow, side: Side) -> None:
    assessing.require_side(actor, row.result.candidate.assessment, side)


def _require_state(state: AppealState, wanted: AppealState) -> None:
    if state is not wanted:
        raise Conflict(Message("The appeal has moved on. Open its page again to see where it stands."))


def _add(
    actor: Actor,
    row: AppealRow,
    kind: StepKind,
    reason: str,
    *,
    detail: Mapping[str, object] | None = None,
    proposal: AppealStepRow | None = None,
    now: datetime,
) -> None:
    step = AppealStepRow(
        appeal_id=row.id,
        number=len(row.steps) + 1,
        kind=kind,
        reason=reason,
        detail=json.dumps(detail or {}),
        proposal_id=proposal.id if proposal else None,
        proposed_by_id=proposal.by_id if proposal else None,
        by_id=actor.person_id,
        at=now,
    )
    row.steps.append(step)


def _commit(appeal_id: int, kind: StepKind) -> None:
    """Commit a step; where a colleague did the same at the same moment it is done, else Conflict."""
    try:
        db.session.commit()
    except IntegrityError as fault:
        db.session.rollback()
        last = select(AppealStepRow.kind).filter_by(appeal_id=appeal_id).order_by(AppealStepRow.number.desc())
        if db.session.scalar(last.limit(1)) != kind:
            raise Conflict(_MEANWHILE) from fault


def _level(sheet: PracticalSheetRow, ref: str, share: str) -> str:
    """The share of one of the criterion's levels, as it is stored; raises Faulty for any other."""
    criterion = next((line for unit in units_of(sheet) for line in unit.criteria if line.ref == ref), None)
    if criterion is None:
        raise Faulty(Message("%(ref)s is not on this practical.", {"ref": ref[:40]}))
    try:
        level = criterion.find_level(from_text(share))
    except ValueError:
        level = None
    if level is None:
        levels = ", ".join(f"{level.label} ({to_text(level.share)})" for level in criterion.levels)
        raise Faulty(
            Message("%(code)s takes one of its levels: %(levels)s.", {"code": criterion.code, "levels": levels})
        )
    return to_text(level.share)
