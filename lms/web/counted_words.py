"""What is said of one thing where a message of the services counts: its sentence is written for many.

Messages are kept with what happened, so the form is chosen when they are shown: also of what was kept before.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from assessments.words import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The sentence for one thing, and the fact that says how many there are."""

    one: str
    fact: str

    def number(self, message: Message) -> int:
        """How many things the message speaks of."""
        return int(str(message.facts[self.fact]))


def counted(one: str, many: str, fact: str) -> tuple[str, Counted]:
    """A sentence for one and for many, which translators are given together."""
    return many, Counted(one=one, fact=fact)


COUNTED: Mapping[str, Counted] = dict(
    (
        counted(
            "%(answers)s answer came after the time, or from a device that was replaced, and does not count",
            "%(answers)s answers came after the time, or from a device that was replaced, and do not count",
            "answers",
        ),
        counted(
            "%(answers)s answer was refused, though the time given later reaches it; it does not count",
            "%(answers)s answers were refused, though the time given later reaches them; they do not count",
            "answers",
        ),
        counted(
            "%(answers)s answer came from a device that did not hold the exam, without a code; it counts",
            "%(answers)s answers came from a device that did not hold the exam, without a code; they count",
            "answers",
        ),
        counted(
            "%(answers)s answer was given without a network and came later; it counts",
            "%(answers)s answers were given without a network and came later; they count",
            "answers",
        ),
        counted(
            "%(answers)s answer was handed in and has not come from the device",
            "%(answers)s answers were handed in and have not come from the device",
            "answers",
        ),
        counted(
            "%(name)s (%(number)s): %(answers)s answer came late and waits for a decision in the exam room",
            "%(name)s (%(number)s): %(answers)s answers came late and wait for a decision in the exam room",
            "answers",
        ),
        counted(
            "%(least)s to %(most)s of %(units)s unit cannot be chosen",
            "%(least)s to %(most)s of %(units)s units cannot be chosen",
            "units",
        ),
        counted("%(unit)s has %(elements)s element", "%(unit)s has %(elements)s elements", "elements"),
        counted(
            "asks for %(least)s to %(most)s of %(units)s unit",
            "asks for %(least)s to %(most)s of %(units)s units",
            "units",
        ),
        counted(
            "has %(own)s section; the lesson in %(language)s has %(other)s",
            "has %(own)s sections; the lesson in %(language)s has %(other)s",
            "own",
        ),
        counted(
            "has %(words)s word; a lesson has at least %(least)s",
            "has %(words)s words; a lesson has at least %(least)s",
            "words",
        ),
        counted(
            "has %(words)s words for %(lines)s line; %(least)s or more are about it; say more",
            "has %(words)s words for %(lines)s lines; %(least)s or more are about them; name fewer or say more",
            "lines",
        ),
        counted("let %(answers)s late answer count", "let %(answers)s late answers count", "answers"),
        counted("let %(answers)s late answer not count", "let %(answers)s late answers not count", "answers"),
        counted(
            "left %(answers)s late answer not counting, as was decided, though the time reaches it now",
            "left %(answers)s late answers not counting, as was decided, though the time reaches them now",
            "answers",
        ),
        counted("took %(count)s answer in from a file", "took %(count)s answers in from a file", "count"),
        counted("gave %(minutes)s minute of extra time", "gave %(minutes)s minutes of extra time", "minutes"),
        counted("gave %(name)s %(minutes)s extra minute", "gave %(name)s %(minutes)s extra minutes", "minutes"),
        counted("made exam codes for %(count)s candidate", "made exam codes for %(count)s candidates", "count"),
        counted(
            "changed the room of %(count)s candidate; in use now: %(rooms)s",
            "changed the rooms of %(count)s candidates; in use now: %(rooms)s",
            "count",
        ),
        counted(
            "scheduled the assessment of %(candidates)s candidate and asked %(agency)s to assess",
            "scheduled the assessment of %(candidates)s candidates and asked %(agency)s to assess",
            "candidates",
        ),
        counted(
            "drew %(papers)s paper and %(practicals)s practical",
            "drew %(papers)s papers and %(practicals)s practicals",
            "papers",
        ),
        counted(
            "had %(papers)s booklet printed, %(large)s in large print, with its answer sheet",
            "had %(papers)s booklets printed, %(large)s in large print, with answer sheets",
            "papers",
        ),
        counted("printed %(papers)s paper booklet", "printed %(papers)s paper booklets", "papers"),
        counted(
            "approved the mark sheet: %(competent)s of %(candidates)s candidate competent",
            "approved the mark sheet: %(competent)s of %(candidates)s candidates competent",
            "candidates",
        ),
        counted(
            "exported %(lines)s lines of %(candidates)s result",
            "exported %(lines)s lines of %(candidates)s results",
            "candidates",
        ),
        counted(
            "imported %(count)s trainee from %(file)s: %(new)s new, %(changed)s changed",
            "imported %(count)s trainees from %(file)s: %(new)s new, %(changed)s changed",
            "count",
        ),
        counted(
            "made a new sign-in slip for %(count)s trainee who had not signed in",
            "made new sign-in slips for %(count)s trainees who had not signed in",
            "count",
        ),
        counted(
            "Too many wrong passwords. Try again in %(minutes)s minute.",
            "Too many wrong passwords. Try again in %(minutes)s minutes.",
            "minutes",
        ),
        counted(
            "Too many wrong codes. Ask the invigilator for a new code, or try again in %(minutes)s minute.",
            "Too many wrong codes. Ask the invigilator for a new code, or try again in %(minutes)s minutes.",
            "minutes",
        ),
        counted("Your plan: %(count)s criterion to recover", "Your plan: %(count)s criteria to recover", "count"),
    )
)
