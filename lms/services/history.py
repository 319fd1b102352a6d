"""History: add an act in the transaction of the change it tells of; list the acts on a thing."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from assessments.words import Message, facts_json, message_from_json
from lms.extensions import db
from lms.permissions import Actor
from lms.tables.history import HistoryRow

# Acts are kept in the words of their day. What is worded differently now is shown, and translated, as it is said today.
_SAID_TODAY = {
    "another device took the exam over": "let another device take the exam over",
    "asked for a re-check of the result": "appealed against the result",
    "changed %(_field)s from “%(old)s” to “%(new)s”": "changed %(field)s from “%(old)s” to “%(new)s”",
    "enrolled in batch %(batch)s": "enrolled this trainee in batch %(batch)s",
    "marked as dropped out": "marked this trainee as dropped out",
    "took back into the batch": "took this trainee back into the batch",
}


def record(actor: Actor | None, thing: str, thing_id: int, what: Message, *, now: datetime, why: str = "") -> None:
    """Add one act; the caller's commit keeps it together with the change."""
    db.session.add(
        HistoryRow(
            at=now,
            actor_id=actor.person_id if actor else None,
            thing=thing,
            thing_id=thing_id,
            what=what.template,
            facts=json.dumps(facts_json(what)),
            why=why,
        )
    )


def list_history(thing: str, thing_id: int, limit: int = 200) -> Sequence[HistoryRow]:
    """The acts on a thing, newest first. The caller has loaded the thing through the person."""
    query = select(HistoryRow).filter_by(thing=thing, thing_id=thing_id)
    return db.session.scalars(query.order_by(HistoryRow.id.desc()).limit(limit)).all()


def words_of(row: HistoryRow) -> Message:
    """What was done, as a message to translate; lines of earlier versions in the words of today."""
    said = message_from_json(row.what, json.loads(row.facts))
    if row.what not in _SAID_TODAY:
        return said
    return Message(_SAID_TODAY[row.what], {name.lstrip("_"): fact for name, fact in said.facts.items()})
