"""What assessing refuses: each refusal is named for what happened and carries its facts and words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from assessments.words import Message
from curriculum.problems import Problem

# A difficulty within a sentence.
DIFFICULTY_WORDS: Mapping[str, Message] = {
    "easy": Message("easy"),
    "medium": Message("medium"),
    "hard": Message("hard"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortage:
    """A cell for which the bank has fewer exam items than a paper needs.

    `difficulty` is named where only items of that difficulty lack; `sets` says that whole sets are counted.
    """

    ref: str
    needed: int
    available: int
    difficulty: str = ""
    sets: bool = False

    @property
    def words(self) -> Message:
        """The shortage as a sentence."""
        unit, hash_sign, criterion = self.ref.partition("#")
        facts: dict[str, str | Message] = {"cell": self.ref, "criterion": criterion, "unit": unit}
        facts |= {"needed": str(self.needed), "available": str(self.available)}
        if self.sets:
            return Message("Sets of the size of %(cell)s: %(needed)s needed, %(available)s in the bank", facts)
        if self.difficulty:
            facts["difficulty"] = DIFFICULTY_WORDS[self.difficulty]
            return Message(
                "Items for %(cell)s that are %(difficulty)s: %(needed)s needed, %(available)s in the bank", facts
            )
        if not hash_sign:
            return Message("Items for %(cell)s: %(needed)s needed, %(available)s in the bank", facts)
        return Message("Items for %(criterion)s of %(unit)s: %(needed)s needed, %(available)s in the bank", facts)


class AssessmentError(Exception):
    """Base of the refusals; `messages` says what happened, in words that can be translated."""

    def __init__(self, *messages: Message) -> None:
        super().__init__("\n".join(str(message) for message in messages))
        self.messages = messages


class NotEnoughItems(AssessmentError):
    """The bank cannot fill the blueprint.

    `shortages` holds every cell that lacks items; `conflicts` holds sets of cells that no paper can fill together,
    because of enemies: each the smallest there is among cells not named before.
    """

    def __init__(self, shortages: Sequence[Shortage], conflicts: Sequence[Sequence[str]] = ()) -> None:
        together = [
            Message(
                "%(cells)s cannot be filled together: too many of their items are enemies", {"cells": _listed(refs)}
            )
            for refs in conflicts
        ]
        super().__init__(*(shortage.words for shortage in shortages), *together)
        self.shortages = tuple(shortages)
        self.conflicts = tuple(tuple(refs) for refs in conflicts)


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


class AttemptPaused(AssessmentError):
    """An act that cannot be done while the time of an attempt stands still."""

    def __init__(self) -> None:
        super().__init__(Message("the exam is paused"))


class AttemptNotPaused(AssessmentError):
    """Going on with an attempt that runs."""

    def __init__(self) -> None:
        super().__init__(Message("the exam is not paused"))


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


class ChoiceUnlikeScheme(AssessmentError):
    """Electives or options that the scheme does not let choose so; `messages` says everything that is wrong."""

    def __init__(self, faults: Sequence[Message]) -> None:
        super().__init__(*faults)


class CarriedUnlikeScheme(AssessmentError):
    """Marks of units that are carried over from an earlier result and were given again; `refs` names them."""

    def __init__(self, refs: Iterable[str]) -> None:
        self.refs = tuple(refs)
        words = Message(
            "carried over from an earlier result, so not scored again: %(refs)s", {"refs": _listed(self.refs)}
        )
        super().__init__(words)


class SchemeFaulty(AssessmentError):
    """A scheme that nobody can be assessed by; `problems` holds every fault."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(*(Message("%(problem)s", {"problem": str(problem)}) for problem in problems))
        self.problems = tuple(problems)


class RefinementRefused(AssessmentError):
    """What an agency asked of a blueprint beyond what the scheme allows; the messages name every fault."""

    def __init__(self, faults: Sequence[Message]) -> None:
        super().__init__(*faults)


class TooMuchExposure(AssessmentError):
    """Some items would be in more papers than the blueprint allows; `cells` gives the fewest items that would do."""

    def __init__(self, cells: Sequence[tuple[str, int, int]]) -> None:
        super().__init__(
            *(
                Message(
                    "%(cell)s has %(available)s items; %(needed)s are needed to keep to max_exposure",
                    {"cell": ref, "available": str(available), "needed": str(needed)},
                )
                for ref, available, needed in cells
            )
        )
        self.cells = tuple(cells)


class TooMuchOverlap(AssessmentError):
    """The most alike papers share more items than the blueprint allows, after all exchanges that were tried."""

    def __init__(self, *, reached: int, allowed: int) -> None:
        facts = {"reached": str(reached), "allowed": str(allowed)}
        super().__init__(
            Message("two papers share %(reached)s items; the blueprint allows %(allowed)s (max_overlap)", facts)
        )
        self.reached, self.allowed = reached, allowed


class CommitmentBroken(AssessmentError):
    """A secret that is not the one committed to, or a commitment used for a draw before."""

    def __init__(self, words: Message) -> None:
        super().__init__(words)


class MistypedExamCode(AssessmentError):
    """What was typed cannot be an exam code; the words say what is wrong with it."""

    def __init__(self, words: Message) -> None:
        super().__init__(words)


class TasksMissing(AssessmentError):
    """Practical marks that no task lets a candidate show; `refs` names every unit and node concerned."""

    def __init__(self, refs: Iterable[str]) -> None:
        self.refs = tuple(refs)
        super().__init__(Message("no task covers %(refs)s", {"refs": _listed(self.refs)}))


class BundleFaulty(AssessmentError):
    """A recompute bundle that cannot be read; `messages` says where and why."""


def _listed(refs: Sequence[str]) -> str:
    return ", ".join(refs)
