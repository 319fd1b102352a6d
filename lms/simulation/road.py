"""Steps of the road, each done by the person whose step it is, at a moment of the simulation's own."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from sqlalchemy import select

from assessments.marks import to_text
from assessments.papers import Paper
from assessments.randomness import Stream, stream_for
from curriculum.loading import file_stem
from lms.extensions import db
from lms.permissions import Actor
from lms.records.keys import keys_of_items
from lms.records.learning import lessons_of
from lms.records.papers import paper_of
from lms.records.practicals import units_of
from lms.services import (
    accounts,
    answer_log,
    approval,
    assessors,
    delivery,
    drawing,
    learning,
    marking,
    practice,
    presence,
    reassessment,
    scheduling,
)
from lms.services.answer_log import SentAnswer
from lms.services.taps import Tap
from lms.simulation.people import Place, as_person, person_of
from lms.simulation.tally import Stage, Tally
from lms.tables.assessing import AssessmentRow, CandidateRow, PaperRow, PracticalSheetRow
from lms.tables.training import BatchRow

# A scorer gives the nearest level at or below what is shown; what is shown varies by this much about the ability,
# and is a little better than what is known, as in the field.
_SLIP = 18
_KIND = 12
# A device sends what it has every few minutes, as one does that is often without a network.
_AT_ONCE = 10
DEVICE = "simulated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """How an assessment goes: how able each trainee is by user name, who stays away, the seed, and who counts."""

    ability: Mapping[str, int]
    seed: bytes
    tally: Tally
    absent: Collection[str] = ()


def propose(
    place: Place,
    batch: BatchRow,
    *,
    opens_at: datetime,
    closes_at: datetime,
    now: datetime,
    seed: bytes,
    again: bool = False,
    extra: Mapping[str, int] | None = None,
) -> AssessmentRow:
    """The council schedules and asks the agency; `extra` is extra minutes by user name."""
    return scheduling.schedule(
        as_person(place.council),
        batch_id=batch.id,
        agency_id=place.agency.id,
        again=again,
        opens_at=opens_at,
        closes_at=closes_at,
        extra_minutes={row.id: (extra or {}).get(row.person.login, 0) for row in batch.trainees},
        now=now,
        seed=seed,
    )


def prepare(row: AssessmentRow, *, seed: bytes, tally: Tally, now: datetime) -> None:
    """The agency accepts, draws and names its assessor."""
    agency, candidates = as_person("agency"), len(row.candidates)
    tally.expect(Stage.DRAWN, candidates)
    scheduling.answer(agency, row.id, "accept", now=now, seed=seed)
    drawing.draw(agency, row.id, now=now + timedelta(hours=1))
    assessors.name_assessors(agency, row.id, [person_of("assessor").id], now=now + timedelta(hours=2))
    tally.add(Stage.DRAWN, candidates)


def hold(row: AssessmentRow, how: Sitting) -> None:
    """The day itself: who is there sits the paper and is scored, and the assessor submits the mark sheet."""
    here = [candidate for candidate in row.candidates if candidate.trainee.person.login not in how.absent]
    how.tally.expect(Stage.SAT, len(here))
    how.tally.expect(Stage.SCORED, len(here))
    for candidate in row.candidates:
        if candidate not in here:
            presence.mark_absent(as_person("assessor"), row.id, candidate.id, now=row.opens_at + timedelta(hours=1))
            continue
        sit(candidate, how, now=row.opens_at + timedelta(minutes=5))
        how.tally.add(Stage.SAT)
        score(candidate, how, now=row.opens_at + timedelta(hours=3))
        how.tally.add(Stage.SCORED)
    approval.submit(as_person("assessor"), row.id, now=row.closes_at + timedelta(minutes=30))


def release(place: Place, row: AssessmentRow) -> int | None:
    """Verified, approved and released within two days; returns the job that prints the certificates."""
    after, council = row.closes_at, as_person(place.council)
    approval.verify(as_person("agency"), row.id, now=after + timedelta(days=1))
    approval.approve(council, row.id, now=after + timedelta(days=2))
    return approval.release(council, row.id, now=after + timedelta(days=2, hours=1))


def sit(candidate: CandidateRow, how: Sitting, *, now: datetime) -> None:
    """The candidate starts, answers every item as well as they can, and hands the paper in."""
    actor, login = accounts.actor_of(candidate.trainee.person), candidate.trainee.person.login
    attempt_id = delivery.start(actor, candidate.id, now=now).id
    row = db.session.scalars(select(PaperRow).filter_by(candidate_id=candidate.id)).one()
    choices = stream_for(how.seed, "answers", login, str(candidate.attempt_number))
    desk = delivery.get_desk(actor.person_id, attempt_id)
    sent = [
        SentAnswer(seq=number, number=number, place=place)
        for number, place in _answers(paper_of(row), choices, how.ability[login]).items()
    ]
    for first in range(0, len(sent), _AT_ONCE):
        some = sent[first : first + _AT_ONCE]
        moment = now + timedelta(minutes=some[-1].number)
        answer_log.keep(desk, device=DEVICE, epoch=1, sent=some, now=moment)
    delivery.submit(actor, attempt_id, now=now + timedelta(minutes=len(sent) + 3))


def score(candidate: CandidateRow, how: Sitting, *, now: datetime) -> None:
    """The assessor scores every criterion of the candidate's practical by what the candidate can do."""
    login = candidate.trainee.person.login
    sheet = db.session.scalars(select(PracticalSheetRow).filter_by(candidate_id=candidate.id)).one()
    luck, ability = stream_for(how.seed, "practical", login, str(candidate.attempt_number)), how.ability[login]
    taps = []
    for criterion in (line for unit in units_of(sheet) for line in unit.criteria):
        shown = Fraction(max(0, min(100, ability + luck.below(2 * _SLIP) - _SLIP + _KIND)), 100)
        share = max(level.share for level in criterion.levels if level.share <= shown)
        key = f"simulated-{criterion.ref.replace('/', '-').replace('#', '-')}"
        taps.append(Tap(ref=criterion.ref, share=to_text(share), key=key))
    marking.score_all(as_person("assessor"), sheet.id, taps, now=now)


def ask_again(candidate: CandidateRow, reason: str, *, now: datetime) -> int:
    """A candidate who failed asks to be assessed again; returns the request."""
    return reassessment.ask(accounts.actor_of(candidate.trainee.person), candidate.id, reason=reason, now=now).id


def agree(place: Place, request_id: int, *, now: datetime) -> None:
    """Centre, agency and council accept a request, half a day apart."""
    reasons = {
        "centre": ("centre", "Attended two weeks of extra practice."),
        "agency": ("agency", "An assessor is free for the day."),
        "council": (place.council, "First request, and within its time."),
    }
    for step, (level, (login, reason)) in enumerate(reasons.items()):
        moment = now + timedelta(hours=6 * step)
        reassessment.decide(as_person(login), request_id, level=level, is_accepted=True, reason=reason, now=moment)


def learn(login: str, *, sections: int, tries: int, seed: bytes, now: datetime) -> None:
    """A trainee reads so many sections, and then answers so many practice items, right about two times in three."""
    actor = as_person(login)
    pack = learning.list_packs(actor)[0].pack
    places = [
        (lesson.id, section) for lesson in lessons_of(pack.units) for section in range(1, len(lesson.lesson.bodies) + 1)
    ]
    for number, (lesson, section) in enumerate(places[:sections]):
        learning.mark_read(actor, lesson, section, now=now + timedelta(minutes=7 * number))
    luck = stream_for(seed, "practice", login)
    for number in range(tries):
        moment = now + timedelta(minutes=7 * sections + 2 * number)
        _practise(actor, file_stem(pack.units[0].code), luck, moment)


def _practise(actor: Actor, unit: str, luck: Stream, now: datetime) -> None:
    asked = practice.get_round(actor, unit, now=now).asked
    if asked is None:
        return
    key = keys_of_items({asked.face.id})[asked.face.id, asked.face.version]
    wrong = [option.id for option in asked.options if option.id != key.right]
    choice = key.right if luck.below(3) else wrong[luck.below(len(wrong))]
    practice.answer(actor, asked.id, choice, try_number=asked.try_number, now=now)


def _answers(paper: Paper, choices: Stream, ability: int) -> Mapping[int, int]:
    """The place chosen on each line: the right one when it is known, else a guess."""
    keys = keys_of_items({line.item for line in paper.lines})
    answers = {}
    for line in paper.lines:
        right = line.options.index(keys[line.item, line.version].right)
        knows = choices.below(100) < ability
        guess = choices.below(len(line.options))
        answers[line.number] = 1 + (right if knows else guess)
    return answers
