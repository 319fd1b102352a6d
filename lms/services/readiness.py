"""Who of a batch is stuck and who is ready to be assessed, each with the reasons. Pure: no queries, no clock."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from assessments.mastery import CERTAINTY_FROM, Certainty, Level, Standing
from assessments.words import Message
from lms.services.attendance import ABSENT_IN_A_ROW, Attendance

MISSED_IN_A_ROW = 3
# Ready is who has surely shown at least nine in ten criteria.
MOST = Fraction(9, 10)
# From so much weight of evidence on a criterion that was shown counts as shown.
SURE_FROM = CERTAINTY_FROM[Certainty.FAIRLY_SURE]
# More codes than these are counted, not named.
NAMED = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of one trainee in training: reading, practice, attendance, and the standing in each criterion.

    `is_slow` says that nothing was read for a week with lessons left; `last_read` is when, None for never. `missed` are
    the criteria that were missed at each of the last three tries in practice.
    """

    sections_read: int
    sections_total: int
    is_slow: bool
    last_read: date | None
    missed: Sequence[str]
    is_away: bool
    standings: Mapping[str, Standing]
    attendance: Attendance
    needed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """Whether a trainee is ready, how far each thing has come, and what is still wanted; nothing is when ready."""

    is_ready: bool
    shown: int
    total: int
    words: Message
    wanted: tuple[Message, ...]


def is_surely_shown(standing: Standing) -> bool:
    """Whether a criterion counts as shown: by enough evidence, not by a first sign alone."""
    return standing.level is Level.SHOWN and standing.weight >= SURE_FROM


def stuck_reasons(facts: Facts) -> tuple[Message, ...]:
    """Why a trainer should ask what is the matter; nothing for who goes on."""
    return tuple(_stuck(facts))


def readiness_of(facts: Facts) -> Readiness:
    """Whether somebody can go into an assessment: all read, most criteria surely shown, attendance reached."""
    missing = [ref for ref, standing in facts.standings.items() if not is_surely_shown(standing)]
    total = len(facts.standings)
    shown = total - len(missing)
    wanted = tuple(_wanted(facts, shown, total))
    return Readiness(
        is_ready=not wanted, shown=shown, total=total, words=_words(facts, shown, total, missing), wanted=wanted
    )


def named(refs: Iterable[str]) -> str | Message:
    """Criteria by their codes, `ASC/N1105 PC4, ASC/N1106 PC2`; of many the first ones, and how many more."""
    codes = [ref.replace("#", " ") for ref in refs]
    if len(codes) <= NAMED:
        return ", ".join(codes)
    facts = {"codes": ", ".join(codes[:NAMED]), "others": str(len(codes) - NAMED)}
    return Message("%(codes)s and %(others)s more", facts)


def missed_in_a_row(answers: Iterable[tuple[Sequence[str], bool]]) -> tuple[str, ...]:
    """The criteria missed at each of the last three tries, from answers as (references, right), oldest first."""
    runs: dict[str, int] = {}
    for refs, is_right in answers:
        for ref in refs:
            runs[ref] = 0 if is_right else runs.get(ref, 0) + 1
    return tuple(ref for ref, run in runs.items() if run >= MISSED_IN_A_ROW)


def _stuck(facts: Facts) -> Iterator[Message]:
    if facts.is_slow and facts.last_read is None:
        yield Message("has read nothing yet")
    elif facts.is_slow and facts.last_read is not None:
        yield Message("last read on %(day)s", {"day": facts.last_read})
    if facts.missed:
        times = {"criteria": named(facts.missed), "times": str(MISSED_IN_A_ROW)}
        yield Message("missed %(times)s times in a row in practice: %(criteria)s", times)
    if facts.is_away:
        yield Message("absent on the last %(days)s days with a register", {"days": str(ABSENT_IN_A_ROW)})


def _wanted(facts: Facts, shown: int, total: int) -> Iterator[Message]:
    left = facts.sections_total - facts.sections_read
    if left > 0:
        yield Message("sections to read: %(left)s", {"left": str(left)})
    least = -(-MOST.numerator * total // MOST.denominator)
    if shown < least:
        counts = {"shown": str(shown), "criteria": str(total), "least": str(least)}
        yield Message("%(shown)s of %(criteria)s criteria shown, needs %(least)s", counts)
    if not facts.attendance.reaches(facts.needed):
        if facts.attendance.percent is None:
            yield Message("attendance is not known, needs %(needed)s %%", {"needed": facts.needed})
        else:
            needed = {"attendance": facts.attendance.text, "needed": facts.needed}
            yield Message("attendance is %(attendance)s %%, needs %(needed)s %%", needed)


def _words(facts: Facts, shown: int, total: int, missing: Sequence[str]) -> Message:
    counts: dict[str, str | Message] = {"shown": str(shown), "criteria": str(total)}
    counts["attendance"] = facts.attendance.text
    counts["missing"] = named(missing)
    if facts.attendance.percent is None:
        if missing:
            return Message("%(shown)s of %(criteria)s shown; missing: %(missing)s", counts)
        return Message("%(shown)s of %(criteria)s shown", counts)
    if missing:
        return Message("%(shown)s of %(criteria)s shown, attendance %(attendance)s %%; missing: %(missing)s", counts)
    return Message("%(shown)s of %(criteria)s shown, attendance %(attendance)s %%", counts)
