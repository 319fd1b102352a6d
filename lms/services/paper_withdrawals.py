"""Taking back what was entered of an answer sheet by mistake, before it is recorded. It never reaches a key."""

from datetime import datetime

from assessments.words import Message
from lms.extensions import db
from lms.permissions import Actor
from lms.services import assessing, history, paper_entries
from lms.services.assessing import MIN_REASON
from lms.services.errors import Conflict
from lms.services.paper_entries import Desk, ReasonMissing
from lms.tables.paper import TAKEN_BACK, PaperEntryRow


def can_take_back(desk: Desk) -> bool:
    """Whether something is entered and nothing recorded: recorded answers are changed, and stay in the log."""
    return bool(desk.entries) and desk.recorded is None


def take_back(
    actor: Actor, assessment_id: int, candidate_id: int, *, seen: int | None, reason: str, now: datetime
) -> None:
    """Take back what was entered of a sheet, by whomever, so that the candidate can begin on a screen.

    `seen` is the number of the newest entry that the actor was shown. A row is added, and the entries stay in the table
    and in the history. Raises ReasonMissing, and Conflict where something else is there by now.
    """
    row = paper_entries.open_day(actor, assessment_id, now)
    _row, desk = paper_entries.get_desk(actor, row.id, candidate_id)
    newest = desk.newest
    if newest is None or newest.number != seen or not can_take_back(desk):
        raise Conflict(Message("Something else is entered of this sheet by now. Look again; nothing was changed."))
    if len(reason.strip()) < MIN_REASON:
        raise ReasonMissing
    db.session.add(
        PaperEntryRow(
            candidate_id=desk.candidate.id,
            number=newest.number + 1,
            answers=TAKEN_BACK,
            reason=reason.strip(),
            entered_by=actor.person_id,
            entered_at=now,
        )
    )
    facts = {"number": desk.candidate.number, "names": ", ".join(one.person.name for one in desk.entries)}
    done = Message("took back what was entered of the answer sheet of %(number)s by %(names)s", facts)
    for thing, number in (("candidate", desk.candidate.id), (assessing.THING, row.id)):
        history.record(actor, thing, number, done, now=now, why=reason.strip())
    paper_entries.commit()
