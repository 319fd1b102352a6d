"""Answers that do not count by themselves, and a person's decision on them with its reason. It never reaches a key."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from assessments.answer_sheets import letters_of
from assessments.exam_time import AnswerEvent, Standing, standing_of_event
from assessments.words import Message
from lms.extensions import db
from lms.permissions import Actor
from lms.records.delivery import ShownItem, answer_columns, events_of
from lms.services import assessing, delivery, history
from lms.services.assessing import Side
from lms.services.errors import Faulty
from lms.services.invigilation import get_attempt, require_reason
from lms.services.late_counts import decided_on, name_of
from lms.tables.assessing import AssessmentState
from lms.tables.attempts import AttemptRow
from lms.tables.invigilation import ALL_LATER, AnswerConflictRow, LateRulingRow

MOST_SHOWN = 200  # on one page; a person who decides looks at each


@dataclass(frozen=True, slots=True, kw_only=True)
class LateAnswer:
    """An answer that did not count by itself, why, and what was decided; `ruling` is None until somebody has.

    What was decided stays, though `standing` says that it would count as the time is now.

    `letter` is that of the option as the candidate saw it, empty where an answer was taken back. `is_waited_for` where
    the mark sheet waits for a decision on it.
    """

    name: str
    event: AnswerEvent
    item: ShownItem
    letter: str
    standing: Standing
    ruling: LateRulingRow | None
    is_waited_for: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LateAnswers:
    """What a page shows of the answers that do not count by themselves, oldest first, and how many it leaves out.

    `can_decide` says whether the actor can still decide on them.
    """

    shown: tuple[LateAnswer, ...]
    more: int = 0
    can_decide: bool = False


def list_late(actor: Actor, attempt_id: int) -> LateAnswers:
    """The answers that are late or superseded or were decided on, of many those nobody has decided on; raises Absent.

    Of what one device did to an item the last thing is shown before all it did earlier, since it is what would count.
    """
    attempt = get_attempt(actor, attempt_id)
    late = _late(attempt)
    newest = {(one.event.device, one.event.epoch, one.event.item): one.name for one in late}
    last = set(newest.values())
    chosen = sorted(late, key=lambda one: (one.ruling is not None, one.name not in last))[:MOST_SHOWN]
    names = {one.name for one in chosen}
    can_decide = attempt.candidate.assessment.state in _until_verified(actor, attempt)
    shown = tuple(one for one in late if one.name in names)
    return LateAnswers(shown=shown, more=len(late) - len(chosen), can_decide=can_decide)


def list_conflicts(actor: Actor, attempt_id: int) -> Sequence[AnswerConflictRow]:
    """Other answers that a device sent under used numbers, oldest first; raises Absent."""
    attempt = get_attempt(actor, attempt_id)
    query = select(AnswerConflictRow).filter_by(attempt_id=attempt.id)
    return db.session.scalars(query.order_by(AnswerConflictRow.id)).all()


def decide(
    actor: Actor,
    attempt_id: int,
    names: Sequence[str],
    *,
    is_accepted: bool,
    reason: str,
    and_others: bool = False,
    and_later: bool = False,
    now: datetime,
) -> LateRulingRow | None:
    """Decide whether late answers count, with the reason; None where they all stand so already.

    With `and_others` it is on all the others too on which nobody has decided, with `and_later` also on whatever comes
    from now on, which can only be refused. A later decision on the same answer takes the place of this one. Raises
    Faulty for what is not late, and Conflict once the mark sheet has moved on.
    """
    if and_later and is_accepted:
        raise Faulty(Message("Answers that have not come yet cannot be let count. Decide on them when they are here."))
    attempt, why = get_attempt(actor, attempt_id), require_reason(reason)
    assessment = assessing.lock(attempt.candidate.assessment)
    db.session.refresh(attempt)  # time may have been given while this waited for the lock
    if assessment.state not in _until_verified(actor, attempt):
        raise assessing.moved_on()
    late = {answer.name: answer for answer in _late(attempt)}
    if and_others or and_later:
        names = [*names, *(name for name, answer in late.items() if answer.ruling is None)]
    if not set(names) <= set(late) or not (names or and_later):
        raise Faulty(Message("Choose the answers from the list; it may have changed meanwhile."))
    rulings = [late[name].ruling for name in names]
    is_new = and_later and decided_on([attempt.id])[attempt.id].on_later is None
    if not is_new and all(ruling is not None and ruling.is_accepted is is_accepted for ruling in rulings):
        return None
    newest = select(func.max(LateRulingRow.number)).filter_by(attempt_id=attempt.id)
    row = LateRulingRow(
        attempt_id=attempt.id,
        number=(db.session.scalar(newest) or 0) + 1,
        answers=(*sorted(set(names)), *([ALL_LATER] if and_later else ())),
        is_accepted=is_accepted,
        reason=why,
        by_id=actor.person_id,
        at=now,
    )
    db.session.add(row)
    facts = {"answers": str(len(set(names)))}
    accepted, rejected, with_later = (
        Message("let %(answers)s late answers count", facts),
        Message("let %(answers)s late answers not count", facts),
        Message("let %(answers)s late answers, and all that come later, not count", facts),
    )
    what = accepted if is_accepted else with_later if and_later else rejected
    history.record(actor, "candidate", attempt.candidate_id, what, now=now, why=why)
    db.session.commit()
    return row


def _late(attempt: AttemptRow) -> tuple[LateAnswer, ...]:
    sitting = delivery.sitting_of(attempt)
    clock, items = sitting.clock, {item.item: item for item in sitting.items}
    query = delivery.LOG.of(attempt.id).with_only_columns(*answer_columns(delivery.LOG.table))
    decided, found = decided_on([attempt.id])[attempt.id], []
    for event in sorted(events_of(db.session.execute(query)), key=lambda each: (each.received_at, each.seq)):
        standing, name = standing_of_event(event, clock), name_of(event)
        ruling = decided.by_name.get(name) if standing.counts else decided.on(event)
        if not standing.counts or ruling is not None:
            item = items[event.item]
            found.append(
                LateAnswer(
                    name=name,
                    event=event,
                    item=item,
                    letter=_letter(item, event.choice),
                    standing=standing,
                    ruling=ruling,
                    is_waited_for=clock.waits_for(event),
                )
            )
    return tuple(found)


def _letter(item: ShownItem, choice: str) -> str:
    place = item.place_of(choice)
    return letters_of(len(item.options))[place - 1] if place else ""


def _until_verified(actor: Actor, attempt: AttemptRow) -> tuple[AssessmentState, ...]:
    """The assessor decides until the mark sheet is submitted, the agency until it is verified."""
    is_agency = Side.AGENCY in assessing.sides_of(actor, attempt.candidate.assessment)
    return (AssessmentState.DRAWN, AssessmentState.SUBMITTED) if is_agency else (AssessmentState.DRAWN,)
