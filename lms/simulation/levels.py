"""Levels of a skill in the demo: who has a target, who has rated themselves, and whom the assessor has judged."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from lms.services import judging, skill_goals
from lms.services.judging import Judgement
from lms.simulation.people import as_person
from lms.tables.training import TraineeRow

SKILL = "SSUP"
# Trainee by trainee: target (0 for none), self-rating and judged level (None where nothing was said).
_STANDINGS: tuple[tuple[int, int | None, int | None], ...] = (
    (3, 3, 2),
    (3, 2, 2),
    (2, 1, 1),
    (4, 4, 3),
    (3, 3, None),
    (3, 2, None),
    (2, None, 0),
    (2, 2, 2),
)
_SEEN = {
    0: "Left two callers without an answer and did not ask a colleague, at the desk on a Monday morning.",
    1: "Read the price of three models from the sheet to a visitor and noted who had asked.",
    2: "Showed a family how the child seat goes in, alone, in the showroom on a busy Saturday.",
    3: "Asked a taxi owner until it was clear what he needed, and drafted the quote for two cars.",
}
_REASONS = {
    0: "Needs somebody beside them for questions that stand on the sheet.",
    1: "All of level 1 was shown; everyday cases still need a colleague.",
    2: "Everyday cases go well alone. Quotes were not drafted yet.",
    3: "Needs are found and written down so that others can use them. No solution was tried out yet.",
}


def judge_some(trainees: Sequence[TraineeRow], *, now: datetime) -> int:
    """Set targets, rate and judge the first trainees of a released batch; how many were judged."""
    judged = 0
    for trainee, (target, rated, level) in zip(trainees, _STANDINGS, strict=False):
        if target:
            key = f"demo-{trainee.id:06}"
            skill_goals.set_target(as_person("trainer"), trainee.person_id, SKILL, target, "", key=key, now=now)
        if rated is not None:
            person = as_person(trainee.person.login)
            skill_goals.rate_self(person, SKILL, rated, "", key=f"demo-{trainee.id:06}", now=now + timedelta(hours=1))
        if level is not None:
            _judge(trainee, level, now + timedelta(days=1))
            judged += 1
    return judged


def _judge(trainee: TraineeRow, level: int, now: datetime) -> None:
    assessor = as_person("assessor")
    said = Judgement(
        level=level,
        reasons=_REASONS[level],
        linked=[offer.name for offer in judging.list_offers(assessor, trainee.person_id)],
        described=[_SEEN[level]],
        seen=0,
        corrects=False,
        language="en",
        key=f"demo-{trainee.id:06}",
    )
    judging.judge(assessor, trainee.person_id, SKILL, said, now=now)
