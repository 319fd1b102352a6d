"""How many answers of a room came too late and wait for a decision, without reading those that came in time."""

from collections import Counter, defaultdict
from collections.abc import Mapping

from sqlalchemy import func, or_, select

from assessments.exam_time import standing_of_event
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
    query = select(AttemptRow, *answer_columns(event)).join(event, event.attempt_id == AttemptRow.id)
    query = query.join(CandidateRow, CandidateRow.id == AttemptRow.candidate_id)
    query = query.where(CandidateRow.assessment_id == row.id)
    doubtful = db.session.execute(query.where(or_(event.received_at > ended, event.epoch < AttemptRow.epoch))).all()
    if not doubtful:
        return {}
    attempts = {line[0].id: line[0] for line in doubtful}
    takeovers, decided = _takeovers(attempts), _decided(attempts)
    rules = scheme_of(row.scheme_version).theory
    found: Counter[int] = Counter()
    for line in doubtful:
        attempt = line[0]
        clock = clock_of(attempt, rules, zone(), takeovers[attempt.id])
        name = f"{line.device}/{line.seq}"
        found[attempt.id] += (
            name not in decided[attempt.id] and not standing_of_event(events_of([line])[0], clock).counts
        )
    return found


def _takeovers(attempts: Mapping[int, AttemptRow]) -> Mapping[int, list[TakeoverRow]]:
    found: defaultdict[int, list[TakeoverRow]] = defaultdict(list)
    query = select(TakeoverRow).where(TakeoverRow.attempt_id.in_(attempts)).order_by(TakeoverRow.epoch)
    for row in db.session.scalars(query):
        found[row.attempt_id].append(row)
    return found


def _decided(attempts: Mapping[int, AttemptRow]) -> Mapping[int, set[str]]:
    found: defaultdict[int, set[str]] = defaultdict(set)
    for row in db.session.scalars(select(LateRulingRow).where(LateRulingRow.attempt_id.in_(attempts))):
        found[row.attempt_id].update(row.answers)
    return found
