"""How many answers of a room came too late and wait for a decision, without reading those that came in time."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import func, or_, select
from sqlalchemy.orm import lazyload

from assessments.exam_time import ExamClock, standing_of_event
from lms.extensions import db
from lms.records.content import scheme_of
from lms.records.delivery import answer_columns, clock_of, events_of
from lms.services.days import zone
from lms.tables.assessing import AssessmentRow, CandidateRow
from lms.tables.attempts import AnswerEventRow, AttemptRow
from lms.tables.invigilation import LateRulingRow, TakeoverRow


def count_undecided(row: AssessmentRow) -> Mapping[int, int]:
    """By attempt, its answers that do not count and on which nobody has decided: one statement where there are none."""
    event = AnswerEventRow
    ended = func.coalesce(AttemptRow.submitted_at, AttemptRow.deadline_at)
    query = select(event.attempt_id, *answer_columns(event)).join(AttemptRow, AttemptRow.id == event.attempt_id)
    query = query.join(CandidateRow, CandidateRow.id == AttemptRow.candidate_id)
    query = query.where(CandidateRow.assessment_id == row.id)
    doubtful = db.session.execute(query.where(or_(event.received_at > ended, event.epoch < AttemptRow.epoch))).all()
    if not doubtful:
        return {}
    attempt_ids = {line.attempt_id for line in doubtful}
    clocks, decided = _clocks(row, attempt_ids), _decided(attempt_ids)
    found: Counter[int] = Counter()
    for line, one in zip(doubtful, events_of(doubtful), strict=True):
        is_open = f"{line.device}/{line.seq}" not in decided[line.attempt_id]
        found[line.attempt_id] += is_open and not standing_of_event(one, clocks[line.attempt_id]).counts
    return found


def _clocks(row: AssessmentRow, attempt_ids: Collection[int]) -> Mapping[int, ExamClock]:
    rules, takeovers = scheme_of(row.scheme_version).theory, _takeovers(attempt_ids)
    query = select(AttemptRow).options(lazyload(AttemptRow.candidate)).where(AttemptRow.id.in_(attempt_ids))
    return {one.id: clock_of(one, rules, zone(), takeovers[one.id]) for one in db.session.scalars(query)}


def _takeovers(attempts: Collection[int]) -> Mapping[int, list[TakeoverRow]]:
    found: defaultdict[int, list[TakeoverRow]] = defaultdict(list)
    query = select(TakeoverRow).where(TakeoverRow.attempt_id.in_(attempts)).order_by(TakeoverRow.epoch)
    for row in db.session.scalars(query):
        found[row.attempt_id].append(row)
    return found


def _decided(attempts: Collection[int]) -> Mapping[int, set[str]]:
    found: defaultdict[int, set[str]] = defaultdict(set)
    for row in db.session.scalars(select(LateRulingRow).where(LateRulingRow.attempt_id.in_(attempts))):
        found[row.attempt_id].update(row.answers)
    return found
