"""The demo's story: six batches, so that whoever signs in finds something to do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from assessments.randomness import stream_for
from assessments.results import Outcome
from lms.extensions import db
from lms.services import approval, demo_visitors
from lms.services.coursework import list_learners
from lms.services.days import day_of, start_of
from lms.services.demo_visitors import Part
from lms.simulation import careers, classroom, levels, people, road
from lms.simulation.people import Place, Training
from lms.simulation.tally import Stage, Tally
from lms.tables.assessing import AssessmentRow, CandidateRow
from lms.tables.marking import ResultRow
from lms.tables.training import BatchRow

SEED = "yogyata"
SIZE = 30
WINDOW = timedelta(days=30)
# Extra practice between two attempts makes so much difference, in per cent.
_GAIN = 16
_ALL = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What has just been made, in words.

    `released` is an assessment whose results are out, `job` prints its certificates; `drawn` is one to be held.
    """

    words: str
    released: int | None = None
    job: int | None = None
    drawn: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What every part of the making needs: the seed, how many trainees a batch has, now, and who counts."""

    seed: bytes
    size: int
    now: datetime
    tally: Tally

    def at(self, days: int, hour: int = 10) -> datetime:
        """A full hour of a day, so many days from today."""
        return start_of(day_of(self.now) + timedelta(days=days)) + timedelta(hours=hour)


def make(*, seed: str, size: int, now: datetime, tally: Tally) -> Iterator[Step]:
    """Make the demo in a database that holds shipped content and nobody, telling each step when it is done.

    The same seed makes the same papers, answers, scores and outcomes (within a year, which numbers begin with).
    """
    demo_visitors.begin(seed, now=now)
    story = Story(seed=seed.encode(), size=size, now=now, tally=tally)
    places = people.found_places(story.at(-190))
    logins = {
        Part.COUNCIL: "council",
        Part.OTHER_COUNCIL: "council-retail",
        Part.EMPLOYER: "employer",
        Part.AGENCY: "agency",
        Part.ASSESSOR: "assessor",
        Part.CENTRE: "centre",
        Part.TRAINER: "trainer",
    }
    yield Step(words="Councils, agencies, centres and their staff are there")
    automotive, retail, employer = places["ASC"], places["RAS"], places["EMP"]
    yield from _finished(story, automotive, "CRE-01", "Morning batch, sales desk")
    logins |= _passed_and_failed("CRE-01")
    yield _held_again(story, automotive, "CRE-01")
    yield _judged(story, "CRE-01")
    yield from _finished(story, retail, "SAE-01", "Morning batch, seller desk")
    yield _proposed_again(story, retail, "SAE-01")
    yield _declared(story, "SAE-01")
    yield _running(story, automotive, "CRE-02", "Evening batch, sales desk")
    logins[Part.EXAMINEE] = people.login_of("CRE-02", 1)
    yield _to_schedule(story, retail, "SAE-02", "Weekend batch, seller desk")
    logins[Part.LEARNER] = people.login_of("SAE-02", 1)
    yield _in_training(story, automotive, "CRE-03", "Noon batch, sales desk")
    yield _of_an_employer(story, employer, "AHS-01", "Morning batch, account health")
    logins[Part.EMPLOYEE] = people.login_of("AHS-01", 1)
    people.let_in([login for part, login in logins.items() if part in _TRAINEES])
    demo_visitors.finish(logins, now=now)
    yield Step(words="The demo is whole")


_TRAINEES = {Part.EXAMINEE, Part.LEARNER, Part.EMPLOYEE, Part.CERTIFIED, Part.FAILED}


def _trained(story: Story, place: Place, plan: Training) -> BatchRow:
    story.tally.expect(Stage.ENROLLED, plan.size)
    opened = start_of(plan.starts_on) - timedelta(days=2)
    batch = people.open_batch(place, plan, seed=story.seed, now=opened)
    story.tally.add(Stage.ENROLLED, plan.size)
    until = min(plan.ends_on, day_of(story.at(-1)))
    classroom.keep_registers(batch, seed=story.seed, until=until, away={plan.away})
    return batch


def _plan(
    story: Story, code: str, name: str, days: tuple[int, int], *, has_absentees: bool = False, away: int = 0
) -> Training:
    first, last = (day_of(story.at(day)) for day in days)
    return Training(
        code=code,
        name=name,
        size=story.size,
        starts_on=first,
        ends_on=last,
        has_absentees=has_absentees,
        away=people.login_of(code, away) if away else "",
    )


def _finished(story: Story, place: Place, code: str, name: str) -> Iterator[Step]:
    """Trained, assessed, released; one trainee stayed away."""
    plan = _plan(story, code, name, (-140, -30))
    batch = _trained(story, place, plan)
    yield Step(words=f"{code} is trained")
    opens = story.at(-13)
    row = road.propose(
        place, batch, opens_at=opens, closes_at=opens + timedelta(hours=8), now=story.at(-22), seed=story.seed
    )
    road.prepare(row, seed=story.seed, tally=story.tally, now=story.at(-21))
    absent = people.login_of(code, min(7, story.size))
    how = road.Sitting(ability=people.abilities(plan, story.seed), seed=story.seed, tally=story.tally, absent=[absent])
    road.hold(row, how)
    job = road.release(place, row)
    yield Step(words=f"{code} is assessed in {row.code}", released=row.id, job=job)


def _held_again(story: Story, place: Place, code: str) -> Step:
    """Two who failed are assessed again, and their mark sheet waits for the council; one more asks the centre."""
    batch, failed = _ask(story, place, code)
    if not failed:
        return Step(words=f"Nobody of {code} is assessed again")
    opens = story.at(-4)
    row = road.propose(
        place,
        batch,
        opens_at=opens,
        closes_at=opens + timedelta(hours=8),
        now=story.at(-8),
        seed=story.seed,
        again=True,
    )
    road.prepare(row, seed=story.seed, tally=story.tally, now=story.at(-7))
    plan = _plan(story, code, batch.name, (-140, -30))
    ability = {login: min(100, able + _GAIN) for login, able in people.abilities(plan, story.seed).items()}
    road.hold(row, road.Sitting(ability=ability, seed=story.seed, tally=story.tally))
    approval.verify(people.as_person("agency"), row.id, now=story.at(-1, 18))
    return Step(words=f"{len(failed)} of {code} are assessed again in {row.code}, which waits for approval")


def _proposed_again(story: Story, place: Place, code: str) -> Step:
    """Two who failed are to be assessed again: the agency is asked; one more asks the centre."""
    batch, failed = _ask(story, place, code)
    if not failed:
        return Step(words=f"Nobody of {code} is assessed again")
    opens = story.at(5)
    row = road.propose(
        place,
        batch,
        opens_at=opens,
        closes_at=opens + timedelta(hours=8),
        now=story.at(-1, 11),
        seed=story.seed,
        again=True,
    )
    return Step(words=f"{len(failed)} of {code} are to be assessed again in {row.code}, which waits for the agency")


def _judged(story: Story, code: str) -> Step:
    """Some of a released batch have targets, self-ratings and judged levels in a skill."""
    batch = db.session.scalars(select(BatchRow).filter_by(code=code)).one()
    judged = levels.judge_some(list_learners(batch), now=story.at(-3))
    return Step(words=f"{judged} of {code} are judged in a skill")


def _declared(story: Story, code: str) -> Step:
    """Some of a released batch have declared what they have for a job; the centre has looked at two of them."""
    batch = db.session.scalars(select(BatchRow).filter_by(code=code)).one()
    count = careers.declare_some(list_learners(batch), now=story.at(-2))
    return Step(words=f"{count} of {code} have declared evidence for a job role")


def _ask(story: Story, place: Place, code: str) -> tuple[BatchRow, list[CandidateRow]]:
    """Of those who failed, the first is left to a visitor, the second asks the centre, two more are accepted."""
    batch = db.session.scalars(select(BatchRow).filter_by(code=code)).one()
    failed = _with(code, Outcome.NOT_YET_COMPETENT)
    for candidate in failed[1:2]:
        road.ask_again(candidate, "I have practised the calls with a colleague since.", now=story.at(-1, 9))
    again = failed[2:4]
    for candidate in again:
        request = road.ask_again(candidate, "I was ill in the week before the exam.", now=story.at(-10, 11))
        road.agree(place, request, now=story.at(-10, 12))
    return batch, again


def _running(story: Story, place: Place, code: str, name: str) -> Step:
    """Open since half an hour for 30 days: papers drawn, the assessor named, nobody's clock started."""
    batch = _trained(story, place, _plan(story, code, name, (-100, -9)))
    opens = story.now.replace(second=0, microsecond=0) - timedelta(minutes=30)
    extra = {people.login_of(code, min(5, story.size)): 30}
    row = road.propose(
        place, batch, opens_at=opens, closes_at=opens + WINDOW, now=story.at(-7), seed=story.seed, extra=extra
    )
    road.prepare(row, seed=story.seed, tally=story.tally, now=story.at(-6))
    _read_all(story, people.login_of(code, 1), days=-12)
    return Step(words=f"{code} is being assessed in {row.code}", drawn=row.id)


def _to_schedule(story: Story, place: Place, code: str, name: str) -> Step:
    """Training is over: most have begun the lessons, some are stuck, some came too rarely to be assessed."""
    plan = _plan(story, code, name, (-75, -1), has_absentees=True)
    batch = _trained(story, place, plan)
    pace = stream_for(story.seed, "pace", code)
    begun = [number for number in range(1, plan.size + 1) if number % 3]
    story.tally.expect(Stage.READ, len(begun))
    for number in begun:
        # Every third of them has not gone on for weeks.
        days = -24 if number % 9 == 4 else -1 - pace.below(5)
        sections = 2 + pace.below(4 if number % 9 == 4 else 16)
        road.learn(
            people.login_of(code, number),
            sections=sections,
            tries=pace.below(4),
            seed=story.seed,
            now=story.at(days, 8),
        )
        story.tally.add(Stage.READ)
    classroom.last_week(batch, now=story.at(-6))
    return Step(words=f"{code} has finished its training and waits to be scheduled")


def _in_training(story: Story, place: Place, code: str, name: str) -> Step:
    """Half way through: one trainee is ready, one is away, one misses the same question, some have read nothing."""
    batch = _trained(story, place, _plan(story, code, name, (-45, 25), away=3))
    _read_all(story, people.login_of(code, 1), days=-5)
    for number in range(2, story.size + 1):
        if number % 3:
            login = people.login_of(code, number)
            story.tally.expect(Stage.READ, 1)
            road.learn(login, sections=1 + number % 2, tries=2, seed=story.seed, now=story.at(-1 - number % 4, 8))
            story.tally.add(Stage.READ)
    classroom.half_way(batch, now=story.at(-3))
    return Step(words=f"{code} is in training")


def _of_an_employer(story: Story, place: Place, code: str, name: str) -> Step:
    """Trained by an employer's own pack, and to be scheduled: some have read the first sections."""
    _trained(story, place, _plan(story, code, name, (-60, -1)))
    for number in range(1, story.size + 1, 2):
        login = people.login_of(code, number)
        story.tally.expect(Stage.READ, 1)
        road.learn(login, sections=number % 4, tries=1, seed=story.seed, now=story.at(-1 - number % 3, 8))
        story.tally.add(Stage.READ)
    return Step(words=f"{code} is trained for an employer and waits to be scheduled")


def _read_all(story: Story, login: str, *, days: int) -> None:
    story.tally.expect(Stage.READ, 1)
    road.learn(login, sections=_ALL, tries=0, seed=story.seed, now=story.at(days, 8))
    story.tally.add(Stage.READ)


def _passed_and_failed(code: str) -> dict[Part, str]:
    found = {
        Part.CERTIFIED: _with(code, Outcome.COMPETENT)[:1],
        Part.FAILED: _with(code, Outcome.NOT_YET_COMPETENT)[:1],
    }
    return {part: rows[0].trainee.person.login for part, rows in found.items() if rows}


def _with(code: str, outcome: Outcome) -> list[CandidateRow]:
    """The candidates of a batch's first assessment with an outcome, in order."""
    query = (
        select(CandidateRow)
        .join(ResultRow, ResultRow.candidate_id == CandidateRow.id)
        .join(AssessmentRow, AssessmentRow.id == CandidateRow.assessment_id)
        .join(BatchRow, BatchRow.id == AssessmentRow.batch_id)
        .where(BatchRow.code == code, ResultRow.outcome == outcome, CandidateRow.attempt_number == 1)
    )
    return list(db.session.scalars(query.order_by(CandidateRow.number)))
