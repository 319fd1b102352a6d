"""Recomputing an assessment from its bundle: every score and result again, and every difference by name."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from assessments.attempts import counting_answers
from assessments.bundles import Bundle, BundledCandidate
from assessments.errors import AssessmentError
from assessments.grading import CandidateRecord, grade_candidate
from assessments.marks import to_text
from assessments.results import Result, result_json
from assessments.words import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Recomputed:
    """One candidate: the result as stored, the result as it comes out again, and what differs, in words."""

    candidate: str
    stored: Result | None
    found: Result | None
    differences: tuple[Message, ...]


def recompute(bundle: Bundle) -> Iterator[Recomputed]:
    """Every candidate of the bundle again, in order of their numbers."""
    for name in sorted({*bundle.candidates, *bundle.results, *bundle.papers}):
        candidate = bundle.candidates.get(name)
        if candidate is None:
            words = Message("is not in the list of candidates")
            yield Recomputed(candidate=name, stored=bundle.results.get(name), found=None, differences=(words,))
        else:
            yield _again(bundle, candidate)


def bundle_differences(bundle: Bundle) -> tuple[Message, ...]:
    """The files that were changed after the bundle was made."""
    return tuple(
        Message("%(file)s is not the file that the bundle was made with", {"file": name}) for name in bundle.changed
    )


def _again(bundle: Bundle, candidate: BundledCandidate) -> Recomputed:
    name = candidate.candidate
    stored = bundle.results.get(name)
    differences: list[Message] = []
    found = None
    try:
        differences.extend(_time_differences(bundle, candidate))
        answers = _counting(bundle, candidate)
        given = bundle.answers.get(name)
        if (answers or {}) != (given.counting if given else {}):
            differences.append(Message("other answers count than the bundle says"))
        record = CandidateRecord(
            candidate=name,
            paper=bundle.papers.get(name),
            answers=answers,
            shares=bundle.shares.get(name, {}),
            status=candidate.status,
            chosen=candidate.chosen,
            carried=candidate.carried,
        )
        found = grade_candidate(
            bundle.scheme, record, bundle.keys, bundle.rulings, is_specimen=bundle.is_specimen
        ).result
    except AssessmentError as fault:
        differences.extend(fault.messages)
    except KeyError as fault:
        differences.append(Message("the bundle has no key for %(item)s", {"item": str(fault.args[0])}))
    except (TypeError, ValueError) as fault:
        differences.append(Message("cannot be computed: %(fault)s", {"fault": str(fault)[:200]}))
    differences.extend(_compared(stored, found))
    return Recomputed(candidate=name, stored=stored, found=found, differences=tuple(differences))


def _counting(bundle: Bundle, candidate: BundledCandidate) -> dict[str, str] | None:
    if candidate.time is None:
        return None
    given = bundle.answers.get(candidate.candidate)
    clock = candidate.time.clock(bundle.scheme.theory.grace_seconds)
    return dict(counting_answers(given.events if given else (), clock, candidate.time.decided).answers)


def _time_differences(bundle: Bundle, candidate: BundledCandidate) -> Iterator[Message]:
    """Whether the time ended when its start, minutes, extra time and pauses say that it did."""
    if candidate.time is None:
        return
    stored, found = candidate.time.deadline_at, candidate.time.end_again(bundle.scheme.theory.minutes)
    if stored != found:
        facts = {"stored": stored.isoformat(), "found": found.isoformat()}
        yield Message("the end of the exam is stored as %(stored)s and comes out as %(found)s", facts)


def _compared(stored: Result | None, found: Result | None) -> Iterator[Message]:
    if stored is None or found is None:
        if stored is not None:
            yield Message("a result is stored and none can be computed")
        if found is not None:
            yield Message("a result comes out and none is stored")
        return
    if stored.outcome is not found.outcome:
        facts = {"stored": stored.outcome.value, "found": found.outcome.value}
        yield Message("the outcome is stored as %(stored)s and comes out as %(found)s", facts)
    for cell in dict.fromkeys([*stored.cell_scores, *found.cell_scores]):
        pair = [result.cell_scores.get(cell) for result in (stored, found)]
        if pair[0] != pair[1]:
            marks = [to_text(score.awarded if score else Fraction()) for score in pair]
            facts = {"cell": f"{cell.ref} ({cell.component})", "stored": marks[0], "found": marks[1]}
            yield Message("%(cell)s is stored as %(stored)s and comes out as %(found)s", facts)
    if stored.inputs_hash != found.inputs_hash:
        yield Message("the hash of scheme and scores differs")
    elif result_json(stored) != result_json(found):
        yield Message("the result as written differs")
