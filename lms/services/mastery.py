"""What people have shown of each criterion of their pack, from every kind of evidence that is kept."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from assessments.mastery import Evidence, Standing, newest, standing_of
from curriculum.model import QualificationPack
from lms.services.coursework_evidence import room_evidence
from lms.services.evidence import practice_counts, practice_evidence, released_evidence
from lms.services.mock_results import mock_evidence

# Each tells all evidence of some people in a pack, with a bounded number of queries; a new kind is a line here.
Source = Callable[[Sequence[int], QualificationPack], Iterator[tuple[int, Evidence]]]
SOURCES: tuple[Source, ...] = (
    practice_evidence,
    mock_evidence,
    released_evidence,
    room_evidence,
)
# Practice is most of what many people have done: for them it is counted and not told one by one.
_TOLD = tuple(source for source in SOURCES if source is not practice_evidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownEvidence:
    """One line of the evidence that people are shown; `counts` is False once the same thing was tried again."""

    evidence: Evidence
    counts: bool


def mastery_of_many(person_ids: Sequence[int], pack: QualificationPack) -> dict[int, Mapping[str, Standing]]:
    """The standing of each person in every criterion of a pack, by reference; as many queries for many as for one."""
    told, counted = _evidence_of_many(person_ids, pack, _TOLD), practice_counts(person_ids, pack)
    refs, nothing = pack.criterion_refs(), (0, 0)
    return {
        person: {ref: standing_of(own.get(ref, ()), *counted[person].get(ref, nothing)) for ref in refs}
        for person, own in told.items()
    }


def mastery_of(person_id: int, pack: QualificationPack) -> Mapping[str, Standing]:
    """The standing of one person in every criterion of a pack, by reference."""
    return mastery_of_many([person_id], pack)[person_id]


def all_evidence_of(person_id: int, pack: QualificationPack) -> Mapping[str, Sequence[Evidence]]:
    """All evidence of one person about a pack, by reference; a criterion without any is not in it."""
    return _evidence_of_many([person_id], pack, SOURCES)[person_id]


def evidence_of(person_id: int, pack: QualificationPack, ref: str) -> tuple[ShownEvidence, ...]:
    """The evidence of one person about one criterion, newest first."""
    return as_shown(all_evidence_of(person_id, pack).get(ref, ()))


def as_shown(own: Sequence[Evidence]) -> tuple[ShownEvidence, ...]:
    """Evidence about one criterion as people are shown it, newest first."""
    counted = set(map(id, newest(own)))
    lines = sorted(own, key=lambda evidence: evidence.at, reverse=True)
    return tuple(ShownEvidence(evidence=evidence, counts=id(evidence) in counted) for evidence in lines)


def _evidence_of_many(
    person_ids: Sequence[int], pack: QualificationPack, sources: Sequence[Source]
) -> dict[int, dict[str, list[Evidence]]]:
    """All evidence by person and reference; what is about no criterion of the pack is left out."""
    refs = set(pack.criterion_refs())
    found: dict[int, dict[str, list[Evidence]]] = {person: {} for person in person_ids}
    for source in sources:
        for person, evidence in source(person_ids, pack):
            if evidence.ref in refs:
                found[person].setdefault(evidence.ref, []).append(evidence)
    return found
