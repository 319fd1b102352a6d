"""Which units candidates are assessed in: by their choice, and without those that keep marks of an attempt before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from assessments.choices import assessed_units
from assessments.model import AssessmentScheme, Cell, unit_of
from assessments.results import CarriedUnit, Result
from assessments.retakes import RetakePlan, plan_retake
from assessments.scoring import Score, practical_worths
from lms.extensions import db
from lms.records.content import pack_of, scheme_of
from lms.records.results import result_of
from lms.services.days import day_of
from lms.services.results import newest_results
from lms.tables.assessing import CandidateRow, CarriedUnitRow


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedFrom:
    """A unit that keeps its marks, and the entry in which they were awarded."""

    unit: CarriedUnit
    source: CandidateRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """The units a candidate is assessed in, in order of the scheme, and those carried, by code."""

    units: tuple[str, ...]
    carried: Mapping[str, CarriedFrom]

    @property
    def all_units(self) -> frozenset[str]:
        """The units that a result of the candidate is made of."""
        return frozenset({*self.units, *self.carried})

    @property
    def days(self) -> Mapping[str, date]:
        """The day on which each carried unit was assessed."""
        return {unit: day_of(carried.source.assessment.opens_at) for unit, carried in self.carried.items()}

    @property
    def kept(self) -> Mapping[str, CarriedUnit]:
        """The carried units as deciding takes them."""
        return {unit: carried.unit for unit, carried in self.carried.items()}

    @property
    def scores(self) -> Mapping[Cell, Score]:
        """The marks of the carried units."""
        return {cell: score for carried in self.carried.values() for cell, score in carried.unit.scores.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Retake:
    """What a candidate's next attempt is about, and for every unit the entry its marks so far come from."""

    plan: RetakePlan
    sources: Mapping[str, CandidateRow]


def takings_of(candidates: Sequence[CandidateRow]) -> Mapping[int, Taking]:
    """What each of these candidates is assessed in, by candidate; at most two queries beside their assessments.

    Carried marks are those of the newest result of the attempt they come from, so that a correction of it reaches
    the attempts after it.
    """
    rows = _carried_rows([candidate.id for candidate in candidates])
    results = newest_results({row.source_id for row in rows}) if rows else {}
    carried: dict[int, dict[str, CarriedFrom]] = {}
    for row in rows:
        unit = _unit_of_result(result_of(results[row.source_id]), row.unit_code)
        carried.setdefault(row.candidate_id, {})[row.unit_code] = CarriedFrom(unit=unit, source=row.source)
    return {
        candidate.id: Taking(
            units=assessed_units(_scheme(candidate), candidate.chosen, own := carried.get(candidate.id, {})),
            carried=own,
        )
        for candidate in candidates
    }


def taking_of(candidate: CandidateRow) -> Taking:
    """What one candidate is assessed in."""
    return takings_of([candidate])[candidate.id]


def criteria_to_score(candidates: Sequence[CandidateRow]) -> Mapping[int, int]:
    """How many practical criteria are to be scored, by candidate."""
    takings = takings_of(candidates)
    counts: dict[tuple[str, str], int] = {}
    for candidate in candidates:
        for unit in pack_of(candidate.assessment.pack_version).units:
            scheme = candidate.assessment.scheme_version.sha256
            if (scheme, unit.code) not in counts:
                counts[scheme, unit.code] = len(practical_worths(_scheme(candidate), unit))
    return {
        candidate.id: sum(
            counts[candidate.assessment.scheme_version.sha256, unit] for unit in takings[candidate.id].units
        )
        for candidate in candidates
    }


def retake_of(candidate: CandidateRow, result: Result) -> Retake:
    """What the next attempt of a candidate with that result would be about."""
    earlier = {row.unit_code: row.source for row in _carried_rows([candidate.id])}
    plan = plan_retake(_scheme(candidate), result)
    return Retake(plan=plan, sources={line.unit: earlier.get(line.unit, candidate) for line in plan.units})


def carry(candidate_id: int, retake: Retake) -> None:
    """Keep for a new entry which units it carries, and from where; in the caller's transaction."""
    db.session.add_all(
        CarriedUnitRow(candidate_id=candidate_id, unit_code=unit, source_id=retake.sources[unit].id)
        for unit in retake.plan.kept
    )


def _scheme(candidate: CandidateRow) -> AssessmentScheme:
    return scheme_of(candidate.assessment.scheme_version)


def _carried_rows(candidates: Sequence[int]) -> Sequence[CarriedUnitRow]:
    query = select(CarriedUnitRow).where(CarriedUnitRow.candidate_id.in_(candidates)).order_by(CarriedUnitRow.id)
    return db.session.scalars(query).unique().all()


def _unit_of_result(result: Result, unit: str) -> CarriedUnit:
    scores = {cell: score for cell, score in result.cell_scores.items() if unit_of(cell.ref) == unit}
    return CarriedUnit(scores=scores, source=result.inputs_hash)
