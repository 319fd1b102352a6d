"""What goes on while a batch is trained: registers day by day, assignments, observations at work, and feedback."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction

from assessments.marks import to_text
from assessments.randomness import stream_for
from curriculum.loading import file_stem
from lms.records.content import pack_of
from lms.records.coursework import criteria_of
from lms.records.keys import keys_of_items
from lms.services import accounts, coursework, feedback, practice, registers
from lms.services.days import start_of
from lms.services.readiness import MISSED_IN_A_ROW
from lms.services.registers import Mark
from lms.services.taps import Tap
from lms.simulation.people import as_person
from lms.tables.coursework import CourseworkEntryRow, CourseworkRow
from lms.tables.training import BatchRow, TraineeRow

TRAINER = "trainer"
_REST_DAY = 6  # Sunday
_FORGOTTEN = 9  # of the days of a training the one on which nobody kept the register
_HOUR = timedelta(hours=10)


def keep_registers(batch: BatchRow, *, seed: bytes, until: date, away: Collection[str] = ()) -> None:
    """The trainer keeps the register on every day but Sundays and one that was forgotten.

    Each trainee comes as often as the roster says, or a little more; who has no figure there came too late for any.
    Those `away`, by user name, are absent on the last three days.
    """
    trainer, days = as_person(TRAINER), _training_days(batch, until)
    people = _people(batch)
    # Taken from the rows once: after each day that is kept they would be read anew.
    batch_id = batch.id
    absent = {row.id: _absences(row, days, seed, is_away=row.person.login in away) for row in people}
    unknown = {row.id for row in people if not row.attendance}
    for day in days:
        marks = {
            trainee: Mark.NOT_THEN if trainee in unknown else Mark.ABSENT if day in dates else Mark.PRESENT
            for trainee, dates in absent.items()
        }
        registers.keep(trainer, batch_id, day, marks, seen=0, now=start_of(day) + _HOUR)


def last_week(batch: BatchRow, *, now: datetime) -> None:
    """What a training ends with: an assignment for all, scored for some, and a word to two of them."""
    people = _people(batch)
    work = assign(batch, 0, "A round of the shop floor", due_on=now.date() + timedelta(days=3), now=now)
    for entry in work.entries[:4]:
        rate(entry, Fraction(2, 3), now=now + timedelta(days=3))
    text = "Your round of the shop floor was careful. Practise the questions that you missed once more."
    write(batch, people[:2], text, read_by=people[1:2], now=now + timedelta(days=4))


def half_way(batch: BatchRow, *, now: datetime) -> None:
    """The middle of a training: the first trainee has shown everything, the second misses the same question."""
    people, units = _people(batch), pack_of(batch.pack_version).units
    for place in range(len(units)):
        work = assign(batch, place, f"Role play: {units[place].title}", due_on=now.date() + timedelta(days=7), now=now)
        for entry in work.entries:
            if entry.trainee_id == people[0].id:
                rate(entry, Fraction(1), now=now)
            elif place == 0 and entry.trainee_id in {row.id for row in people[3:9]}:
                rate(entry, Fraction(people.index(entry.trainee) % 4, 3), now=now)
    refs = [units[0].ref(criterion.id) for criterion in units[0].criteria][:4]
    see_at_work(batch, people[0], "Showroom of Pragati Motors", refs=refs, day=now.date(), now=now)
    miss(people[1], units[0].code, times=MISSED_IN_A_ROW, now=now)
    text = "You were away for three days. Ring me, or come half an hour early tomorrow."
    write(batch, people[2:3], text, now=now + timedelta(days=2))


def assign(batch: BatchRow, place: int, title: str, *, due_on: date, now: datetime) -> CourseworkRow:
    """The trainer gives everybody an assignment on all criteria of the unit at a place of the pack."""
    unit = pack_of(batch.pack_version).units[place]
    return coursework.give(
        as_person(TRAINER),
        batch.id,
        title=title,
        text="Do it with a partner, change places, and note what you would say differently next time.",
        refs=[unit.ref(criterion.id) for criterion in unit.criteria],
        due_on=due_on,
        trainee_ids=(),
        key=f"simulated-{place:02}",
        now=now,
    )


def see_at_work(
    batch: BatchRow, trainee: TraineeRow, place: str, *, refs: Sequence[str], day: date, now: datetime
) -> None:
    """The trainer watches a trainee at a workplace, and gives the highest level of each criterion seen."""
    row = coursework.observe(
        as_person(TRAINER),
        batch.id,
        trainee_id=trainee.id,
        place=place,
        day=day,
        refs=refs,
        text="Spoke calmly and asked before explaining.",
        key=f"simulated-{trainee.id}",
        now=now,
    )
    rate(row.entries[0], Fraction(1), now=now)


def rate(entry: CourseworkEntryRow, shown: Fraction, *, now: datetime) -> None:
    """The trainer gives each criterion the highest level that is no more than what was shown."""
    taps = []
    for criterion in criteria_of(entry.coursework):
        share = max(level.share for level in criterion.levels if level.share <= shown)
        key = f"simulated-{criterion.ref.replace('/', '-').replace('#', '-')}"
        taps.append(Tap(ref=criterion.ref, share=to_text(share), key=key))
    coursework.score(as_person(TRAINER), entry.coursework.batch_id, entry.id, taps, now=now)


def write(
    batch: BatchRow, to: Sequence[TraineeRow], text: str, *, read_by: Sequence[TraineeRow] = (), now: datetime
) -> None:
    """The trainer writes to some trainees, and some of them say that they have read it."""
    key = f"simulated-{now:%Y%m%d%H%M}"
    row = feedback.write(as_person(TRAINER), batch.id, [trainee.id for trainee in to], text, key=key, now=now)
    for recipient in row.recipients:
        if recipient.trainee in read_by:
            reader = accounts.actor_of(recipient.trainee.person)
            feedback.mark_read(reader, recipient.id, now=now + timedelta(hours=3))


def miss(trainee: TraineeRow, unit: str, *, times: int, now: datetime) -> None:
    """A trainee answers the first practice item of a unit wrong, again and again."""
    actor = accounts.actor_of(trainee.person)
    asked = practice.get_round(actor, file_stem(unit), now=now).asked
    if asked is None:
        return
    key = keys_of_items({asked.face.id})[asked.face.id, asked.face.version]
    wrong = next(option.id for option in asked.options if option.id != key.right)
    for number in range(times):
        practice.answer(actor, asked.id, wrong, try_number=asked.try_number + number, now=now + timedelta(hours=number))


def _people(batch: BatchRow) -> list[TraineeRow]:
    return sorted(batch.trainees, key=lambda row: row.enrolment_number)


def _training_days(batch: BatchRow, until: date) -> list[date]:
    every = [batch.starts_on + timedelta(days=place) for place in range((batch.ends_on - batch.starts_on).days + 1)]
    days = [day for day in every if day <= until and day.weekday() != _REST_DAY]
    return [day for place, day in enumerate(days) if place != _FORGOTTEN]


def _absences(row: TraineeRow, days: Sequence[date], seed: bytes, *, is_away: bool) -> frozenset[date]:
    """So many days that the attendance is what the roster says, cut off upwards; the last three of who is away."""
    if not row.attendance:
        return frozenset()
    count = int(len(days) * (100 - Fraction(row.attendance)) / 100)
    if is_away:
        return frozenset(days[-3:]) | frozenset(days[: max(0, count - 3)])
    # The last two days are everybody's, so that nobody else is away three days in a row at the end.
    dealt = stream_for(seed, "absences", row.person.login).shuffled(days[:-2])
    return frozenset(dealt[:count])
