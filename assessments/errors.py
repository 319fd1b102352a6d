"""What assessing refuses: each refusal is named for what happened and carries its facts and words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from assessments.words import Message
from curriculum.problems import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortage:
    """A criterion for which the bank has fewer exam items than a paper needs."""

    ref: str
    needed: int
    available: int

    @property
    def words(self) -> Message:
        """The shortage as a sentence."""
        unit, _, criterion = self.ref.partition("#")
        facts = {"criterion": criterion, "unit": unit, "needed": str(self.needed), "available": str(self.available)}
        return Message("%(criterion)s of %(unit)s needs %(needed)s items, the bank has %(available)s", facts)


class AssessmentError(Exception):
    """Base of the refusals; `messages` says what happened, in words that can be translated."""

    def __init__(self, *messages: Message) -> None:
        super().__init__("\n".join(str(message) for message in messages))
        self.messages = messages


class NotEnoughItems(AssessmentError):
    """The bank cannot fill the blueprint; `shortages` holds every criterion that lacks items."""

    def __init__(self, shortages: Sequence[Shortage]) -> None:
        super().__init__(*(shortage.words for shortage in shortages))
        self.shortages = tuple(shortages)


class NoUniquePaper(AssessmentError):
    """The bank gives fewer different papers than there are candidates."""

    def __init__(self, *, needed: int, found: int) -> None:
        facts = {"needed": str(needed), "found": str(found)}
        super().__init__(Message("%(needed)s different papers are needed, the bank gives only %(found)s", facts))
        self.needed = needed
        self.found = found


class NoUniquePractical(AssessmentError):
    """The tasks give no practical that nobody else has."""

    def __init__(self, candidate: str) -> None:
        super().__init__(Message("no unused practical is left for candidate %(candidate)s", {"candidate": candidate}))
        self.candidate = candidate


class AttemptNotStarted(AssessmentError):
    """An answer to an attempt that has not been started."""

    def __init__(self) -> None:
        super().__init__(Message("the exam has not been started"))


class AlreadySubmitted(AssessmentError):
    """An answer to an attempt that the candidate has handed in."""

    def __init__(self) -> None:
        super().__init__(Message("the answers have been submitted and cannot be changed"))


class AttemptClosed(AssessmentError):
    """An answer after the time was over; `deadline` is None when the attempt was closed by hand."""

    def __init__(self, deadline: datetime | None = None) -> None:
        super().__init__(Message("the time for this exam is over"))
        self.deadline = deadline


class PaperUnlikeScheme(AssessmentError):
    """A paper whose marks are not those of the scheme it is graded by; `refs` are the criteria that differ."""

    def __init__(self, refs: Iterable[str]) -> None:
        self.refs = tuple(refs)
        super().__init__(
            Message("the paper does not carry the scheme's marks for %(refs)s", {"refs": _listed(self.refs)})
        )


class ScoresMissing(AssessmentError):
    """Some criteria have no score yet; `refs` names every one of them, with its component where that matters."""

    def __init__(self, refs: Iterable[str]) -> None:
        self.refs = tuple(refs)
        super().__init__(Message("not scored yet: %(refs)s", {"refs": _listed(self.refs)}))


class ScoresUnknown(AssessmentError):
    """Scores for criteria or marks that the scheme does not have; `refs` names every one of them."""

    def __init__(self, refs: Iterable[str]) -> None:
        self.refs = tuple(refs)
        super().__init__(Message("the scheme has no such marks: %(refs)s", {"refs": _listed(self.refs)}))


class SchemeFaulty(AssessmentError):
    """A scheme that nobody can be assessed by; `problems` holds every fault."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(*(Message("%(problem)s", {"problem": str(problem)}) for problem in problems))
        self.problems = tuple(problems)


def _listed(refs: Sequence[str]) -> str:
    return ", ".join(refs)
