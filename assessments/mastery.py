"""Mastery: what somebody has shown of a criterion, from all evidence there is, and how sure that is.

The weights are whole numbers that can be said aloud, and follow how far one piece of evidence can be trusted. A
practice answer may be guessed, and its key is shown right after it: 1. An item of a mock exam comes unseen, against the
clock and without a key: 2. Work that a trainer judged against the criterion cannot be guessed: 3. Seeing it done at the
workplace is the criterion itself: 4. An assessment adds a paper or a practical of one's own, watched and verified: 5.
Evidence does not fade with the calendar: what was shown stays shown until the same thing is tried again, and then the
newest try counts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

from assessments.words import Message


class EvidenceKind(StrEnum):
    """Where evidence comes from."""

    PRACTICE = "practice"
    MOCK_EXAM = "mock_exam"
    ASSIGNMENT = "assignment"
    OBSERVATION = "observation"
    ASSESSMENT = "assessment"


EVIDENCE_WEIGHTS: Mapping[EvidenceKind, int] = {
    EvidenceKind.PRACTICE: 1,
    EvidenceKind.MOCK_EXAM: 2,
    EvidenceKind.ASSIGNMENT: 3,
    EvidenceKind.OBSERVATION: 4,
    EvidenceKind.ASSESSMENT: 5,
}


class Certainty(StrEnum):
    """How sure a standing is, by the weight of its evidence."""

    NOTHING = "nothing"
    FIRST_SIGN = "first_sign"
    FAIRLY_SURE = "fairly_sure"
    SURE = "sure"


# From which weight on; three practice items make it fairly sure, both parts of an assessment make it sure.
CERTAINTY_FROM: Mapping[Certainty, int] = {
    Certainty.SURE: 8,
    Certainty.FAIRLY_SURE: 3,
    Certainty.FIRST_SIGN: 1,
    Certainty.NOTHING: 0,
}


class Level(StrEnum):
    """What was shown of a criterion, in steps that people can tell apart."""

    NOTHING = "nothing"
    MISSED = "missed"
    PARTLY = "partly"
    SHOWN = "shown"


# From which share of the weighted evidence on.
LEVEL_FROM: Mapping[Level, Fraction] = {
    Level.SHOWN: Fraction(4, 5),
    Level.PARTLY: Fraction(1, 2),
    Level.MISSED: Fraction(0),
}

CERTAINTY_WORDS: Mapping[Certainty, Message] = {
    Certainty.NOTHING: Message("nothing yet"),
    Certainty.FIRST_SIGN: Message("a first sign"),
    Certainty.FAIRLY_SURE: Message("fairly sure"),
    Certainty.SURE: Message("sure"),
}
LEVEL_WORDS: Mapping[Level, Message] = {
    Level.NOTHING: Message("Nothing shown yet"),
    Level.MISSED: Message("Missed"),
    Level.PARTLY: Message("Partly shown"),
    Level.SHOWN: Message("Shown"),
}
EVIDENCE_WORDS: Mapping[EvidenceKind, Message] = {
    EvidenceKind.PRACTICE: Message("Practice question"),
    EvidenceKind.MOCK_EXAM: Message("Mock exam question"),
    EvidenceKind.ASSIGNMENT: Message("Assignment"),
    EvidenceKind.OBSERVATION: Message("Observed at the workplace"),
    EvidenceKind.ASSESSMENT: Message("Assessment"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One thing done that says something about one criterion: `share` of it was shown, from 0 to 1, exact.

    `thing` is what was tried, unique in its kind (an item's code, a task): of each the newest try counts. `words` say
    more about it where there is more to say.
    """

    ref: str
    kind: EvidenceKind
    thing: str
    share: Fraction
    at: datetime
    words: Message | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.share, Fraction):
            raise TypeError(f"a share is a fraction, not {type(self.share).__name__}")
        if not 0 <= self.share.numerator <= self.share.denominator:
            raise ValueError(f"a share is from 0 to 1, not {self.share}")

    @property
    def weight(self) -> int:
        """How much it weighs beside other evidence."""
        return EVIDENCE_WEIGHTS[self.kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What was shown of one criterion: the weighted share of all that counts (exact), and the weight behind it."""

    share: Fraction
    weight: int

    @property
    def certainty(self) -> Certainty:
        """How sure it is."""
        return next(certainty for certainty, least in CERTAINTY_FROM.items() if self.weight >= least)

    @property
    def level(self) -> Level:
        """What was shown, as a step."""
        if not self.weight:
            return Level.NOTHING
        return next(level for level, least in LEVEL_FROM.items() if self.share >= least)

    @property
    def words(self) -> Message:
        """What was shown and how sure that is, as one phrase: “Partly shown, a first sign”."""
        if not self.weight:
            return LEVEL_WORDS[Level.NOTHING]
        facts = {"level": LEVEL_WORDS[self.level], "certainty": CERTAINTY_WORDS[self.certainty]}
        return Message("%(level)s, %(certainty)s", facts)


def standing_of(evidence: Iterable[Evidence], practised: int = 0, right: int = 0) -> Standing:
    """The standing that evidence about one criterion makes, in whatever order it comes.

    Practice may come counted instead, where there is much of it: of so many items `practised`, as last answered, so
    many are `right`.
    """
    own = EVIDENCE_WEIGHTS[EvidenceKind.PRACTICE]
    weight, awarded = own * practised, {1: own * right}  # weighted numerators by denominator: whole until the end
    for counted in newest(evidence):
        own, share = EVIDENCE_WEIGHTS[counted.kind], counted.share
        weight += own
        awarded[share.denominator] = awarded.get(share.denominator, 0) + own * share.numerator
    if len(awarded) == 1:
        return _standing(weight, awarded[1], 1)
    total = sum((Fraction(sum_, denominator) for denominator, sum_ in awarded.items()), Fraction())
    return _standing(weight, total.numerator, total.denominator)


def newest(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """The evidence that counts: of each thing the newest try, and the better one of two at the same moment."""
    found: dict[tuple[EvidenceKind, str, str], Evidence] = {}
    for one in evidence:
        thing = (one.kind, one.thing, one.ref)
        other = found.get(thing)
        if other is None or (one.at, one.share) > (other.at, other.share):
            found[thing] = one
    return tuple(found.values())


@lru_cache(maxsize=4096)
def _standing(weight: int, numerator: int, denominator: int) -> Standing:
    """The standing from whole numbers; few differ among many people, so that most are there already."""
    share = Fraction(numerator, denominator * weight) if weight else Fraction()
    return Standing(share=share, weight=weight)


NOTHING_YET = standing_of(())
