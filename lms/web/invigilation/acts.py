"""The acts that an invigilator can do for several candidates at once: their words, their forms, what does them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from assessments.exam_time import minutes_left
from lms.permissions import Actor
from lms.services import exam_clock, room_acts
from lms.services.invigilation import Who
from lms.services.seats import Seat, SeatState
from lms.web.invigilation.forms import ActForm, EndForm, NoteForm, TimeForm, WhyForm
from lms.web.invigilation.lines import minutes_words

Done = tuple[str, int]  # what was done in words, and to how many
Do = Callable[[Actor, int, Collection[int], Any, datetime], Done]
_OPEN = {SeatState.WORKING, SeatState.PAUSED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """An act: what it is called, what it asks, what it says will happen, and what does it and says what was done."""

    title: Any
    button: Any
    form: type[ActForm]
    says: Callable[[Sequence[Seat], datetime], Sequence[str]]
    do: Do
    look: str = "btn-primary"
    is_for_all_too: bool = False


def _say_time(seats: Sequence[Seat], now: datetime) -> Sequence[str]:
    counted = sum(seat.may_have_time(now) for seat in seats)
    words = ngettext("%(num)d candidate gets more time.", "%(num)d candidates get more time.", counted)
    again = sum(seat.may_have_time(now) and seat.state(now) is SeatState.HANDED_IN for seat in seats)
    reload = ngettext(
        "The page of %(num)d of them has handed in already: ask them to reload it, or to sign in again.",
        "The pages of %(num)d of them have handed in already: ask them to reload them, or to sign in again.",
        again,
    )
    none = _("Who has not begun, or whose paper a person handed in, gets none.")
    return (words, *_say_over(seats, now), *_others(again, reload), *_others(len(seats) - counted, none))


def _say_over(seats: Sequence[Seat], now: datetime) -> Sequence[str]:
    """What time given now counts from where it was over before."""
    ends = [seat.deadline_at for seat in seats if seat.may_have_time(now) and seat.deadline_at and not seat.paused_at]
    over = [now - end for end in ends if end < now]
    words = ngettext(
        "The time of %(num)d of them is over, for up to %(minutes)s. More counts from that end: give more than that.",
        "The time of %(num)d of them is over, for up to %(minutes)s. More counts from that end: give more than that.",
        len(over),
        minutes=minutes_words(timedelta(minutes=minutes_left(max(over, default=timedelta())))),
    )
    return _others(len(over), words)


def _say_pause(seats: Sequence[Seat], now: datetime) -> Sequence[str]:
    counted = sum(seat.state(now) is SeatState.WORKING for seat in seats)
    words = ngettext(
        "The time of %(num)d candidate stands still until you resume it.",
        "The time of %(num)d candidates stands still until you resume it.",
        counted,
    )
    return (words, *_others(len(seats) - counted, _("The others are not at work.")))


def _say_resume(seats: Sequence[Seat], now: datetime) -> Sequence[str]:
    paused = [seat for seat in seats if seat.state(now) is SeatState.PAUSED]
    words = ngettext(
        "The time of %(num)d candidate runs on, with all that was left.",
        "The time of %(num)d candidates runs on, with all that was left.",
        len(paused),
    )
    return (words, *_others(len(seats) - len(paused), _("The others are not paused.")))


def _say_present(seats: Sequence[Seat], now: datetime) -> Sequence[str]:
    counted = sum(not seat.is_identified or seat.state(now) is SeatState.ABSENT for seat in seats)
    return (
        ngettext(
            "%(num)d candidate is here and is who they say: you have seen their identity card.",
            "%(num)d candidates are here and are who they say: you have seen their identity cards.",
            counted,
        ),
    )


def _say_absent(seats: Sequence[Seat], now: datetime) -> Sequence[str]:
    states = [seat.state(now) for seat in seats]
    counted = sum(state in {SeatState.EXPECTED, SeatState.SIGNED_IN, SeatState.PRESENT} for state in states)
    words = ngettext("%(num)d candidate will be marked absent.", "%(num)d candidates will be marked absent.", counted)
    here = states.count(SeatState.SIGNED_IN)
    doubt = ngettext("%(num)d of them is signed in at a device.", "%(num)d of them are signed in at a device.", here)
    return (words, *_others(here, doubt), *_others(len(seats) - counted, _("Who has begun stays as they are.")))


def _say_end(seats: Sequence[Seat], now: datetime) -> Sequence[str]:
    ending = [seat for seat in seats if seat.state(now) in _OPEN]
    left = [time for seat in ending if (time := seat.time_left(now))]
    facts = [
        ngettext("The exam of %(num)d candidate ends now.", "The exam of %(num)d candidates ends now.", len(ending)),
        ngettext("%(num)d saved answer counts.", "%(num)d saved answers count.", sum(seat.saved for seat in ending)),
    ]
    if waiting := sum(seat.waiting for seat in ending):
        facts.append(
            ngettext(
                "%(num)d answer waits on a device; it counts if it was given before and arrives in time.",
                "%(num)d answers wait on devices; they count if they were given before and arrive in time.",
                waiting,
            )
        )
    if longest := minutes_left(max(left, default=timedelta())):
        facts.append(
            ngettext("Up to %(num)d minute of time is lost.", "Up to %(num)d minutes of time are lost.", longest)
        )
    facts.append(_("Nobody can open an ended exam again."))
    return (*facts, *_others(len(seats) - len(ending), _("The others are not at work.")))


def _say_note(seats: Sequence[Seat], _now: datetime) -> Sequence[str]:
    if not seats:
        return (_("A note about the whole assessment."),)
    return (ngettext("A note about %(num)d candidate.", "A note about %(num)d candidates.", len(seats)),)


def _others(number: int, words: str) -> Sequence[str]:
    return (words,) if number else ()


def _give_time(actor: Actor, assessment_id: int, chosen: Collection[int], form: Any, now: datetime) -> Done:
    facts = {"reason": form.why.data, "key": form.key.data, "now": now}
    changed = exam_clock.give_time(actor, assessment_id, _who(chosen), seconds=form.minutes.data * 60, **facts)
    count = len(changed.done)
    words = ngettext("%(num)d candidate has more time.", "%(num)d candidates have more time.", count)
    over = ngettext(
        "The time of %(num)d of them is over all the same: it ended longer ago than was given.",
        "The time of %(num)d of them is over all the same: it ended longer ago than was given.",
        changed.over,
    )
    return " ".join((words, *_others(changed.over, over))), count - changed.over


def _pause(actor: Actor, assessment_id: int, chosen: Collection[int], form: Any, now: datetime) -> Done:
    facts = {"reason": form.why.data, "key": form.key.data, "now": now}
    changed = exam_clock.pause(actor, assessment_id, _who(chosen), **facts)
    count = len(changed.done)
    return ngettext("%(num)d candidate is paused.", "%(num)d candidates are paused.", count), count


def _resume(actor: Actor, assessment_id: int, chosen: Collection[int], form: Any, now: datetime) -> Done:
    facts = {"reason": form.why.data, "key": form.key.data, "now": now}
    changed = exam_clock.resume(actor, assessment_id, _who(chosen), **facts)
    count = len(changed.done)
    return ngettext("%(num)d candidate goes on.", "%(num)d candidates go on.", count), count


def _who(chosen: Collection[int]) -> Who:
    return Who(candidate_ids=tuple(chosen))


def _present(actor: Actor, assessment_id: int, chosen: Collection[int], _form: Any, now: datetime) -> Done:
    room_acts.confirm_identity(actor, assessment_id, chosen, now=now)
    return ngettext("%(num)d candidate is here.", "%(num)d candidates are here.", len(chosen)), len(chosen)


def _absent(actor: Actor, assessment_id: int, chosen: Collection[int], _form: Any, now: datetime) -> Done:
    done = room_acts.mark_absent(actor, assessment_id, chosen, now=now)
    return ngettext("%(num)d candidate is marked absent.", "%(num)d candidates are marked absent.", done), done


def _end(actor: Actor, assessment_id: int, chosen: Collection[int], form: Any, now: datetime) -> Done:
    done = room_acts.end_attempts(actor, assessment_id, chosen, why=form.why.data, now=now)
    return ngettext("The exam of %(num)d candidate is ended.", "The exam of %(num)d candidates is ended.", done), done


def _note(actor: Actor, assessment_id: int, chosen: Collection[int], form: Any, now: datetime) -> Done:
    room_acts.note_incident(actor, assessment_id, chosen, text=form.text.data, key=form.key.data, now=now)
    return _("The note is kept."), 1


ACTS: Mapping[str, Act] = {
    "time": Act(title=_l("Give time"), button=_l("Give the time"), form=TimeForm, says=_say_time, do=_give_time),
    "pause": Act(title=_l("Pause"), button=_l("Pause now"), form=WhyForm, says=_say_pause, do=_pause),
    "resume": Act(title=_l("Resume"), button=_l("Resume now"), form=WhyForm, says=_say_resume, do=_resume),
    "present": Act(
        title=_l("Confirm identity: present"), button=_l("They are here"), form=ActForm, says=_say_present, do=_present
    ),
    "absent": Act(title=_l("Mark absent"), button=_l("Mark absent"), form=ActForm, says=_say_absent, do=_absent),
    "note": Act(
        title=_l("Note an incident"),
        button=_l("Keep the note"),
        form=NoteForm,
        says=_say_note,
        do=_note,
        is_for_all_too=True,
    ),
    "end": Act(
        title=_l("End the exam"), button=_l("End the exam"), form=EndForm, says=_say_end, do=_end, look="btn-refuse"
    ),
}
