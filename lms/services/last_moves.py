"""The last move of each assessment, and whether it sent the mark sheet back."""

from collections.abc import Sequence

from sqlalchemy import func, select

from lms.extensions import db
from lms.services import assessing
from lms.tables.assessing import AssessmentRow
from lms.tables.history import HistoryRow

SENT_BACK = frozenset(assessing.MOVES[act].done.template for act in ("return_to_assessor", "return_to_agency"))


def last_moves(assessments: Sequence[int]) -> dict[int, HistoryRow]:
    """The last move of each assessment, by its id; one that never moved has none."""
    moves = [move.done.template for move in assessing.MOVES.values()]
    mine = HistoryRow.thing == assessing.THING, HistoryRow.thing_id.in_(assessments), HistoryRow.what.in_(moves)
    newest = select(func.max(HistoryRow.id)).where(*mine).group_by(HistoryRow.thing_id)
    query = select(HistoryRow).where(HistoryRow.id.in_(newest))
    return {row.thing_id: row for row in db.session.scalars(query)}


def sent_back(row: AssessmentRow) -> HistoryRow | None:
    """Who sent the mark sheet back last, when and why; None once it has gone on."""
    last = last_moves([row.id]).get(row.id)
    return last if last is not None and last.what in SENT_BACK else None
