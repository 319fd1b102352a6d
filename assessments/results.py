"""Decided results as values and as JSON: outcome, percentages, scores and every condition with its figures."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Any

from assessments.marks import from_text, shown_beside, to_text, truncated
from assessments.model import Cell, Component
from assessments.scoring import Score
from assessments.words import Message, facts_json, message_from_json


class Outcome(StrEnum):
    """What a candidate's assessment came to."""

    COMPETENT = "competent"
    NOT_YET_COMPETENT = "not_yet_competent"
    ABSENT = "absent"
    DROPPED_OUT = "dropped_out"
    DISQUALIFIED = "disqualified"
    WITHHELD = "withheld"


STATUS_WORDS: Mapping[Outcome, Message] = {
    Outcome.ABSENT: Message("The candidate was absent."),
    Outcome.DROPPED_OUT: Message("The candidate dropped out of the training."),
    Outcome.DISQUALIFIED: Message("The candidate was disqualified."),
    Outcome.WITHHELD: Message("The result is withheld."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One condition of the pass rule: its exact figure and what was needed, both in per cent, and whether it is met.

    `name` is `aggregate`, `unit:<code>`, `component:<name>`, `unit_component:<code>/<name>`, `critical:<node>`,
    `attendance`, or for an option, which stands apart, `option:<code>`.
    """

    name: str
    figure: Fraction
    needed: Fraction
    met: bool
    words: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedUnit:
    """A unit that an earlier result keeps: its scores, and the hash of the inputs that result was decided on."""

    scores: Mapping[Cell, Score]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A decided result with everything it rests on. Percentages are exact; marks are in the scheme's mark units.

    `unit_scores` and `component_scores` are of the units that count; `cell_scores` has options too. `options` are
    decided by themselves. `carried` says which units were kept, each with the hash of the inputs they come from.
    `override` names the rule that stood in place of the pack's own.
    """

    candidate: str
    outcome: Outcome
    raw_percent: Fraction
    weighted_percent: Fraction | None
    unit_scores: Mapping[str, Score]
    component_scores: Mapping[Component, Score]
    cell_scores: Mapping[Cell, Score]
    conditions: tuple[Condition, ...]
    inputs_hash: str
    scheme_code: str
    scheme_version: str
    specimen: bool
    grade: str | None = None
    options: tuple[Condition, ...] = ()
    carried: Mapping[str, str] = field(default_factory=dict)
    override: str | None = None

    @property
    def deciding_percent(self) -> Fraction:
        """The aggregate that was held against its line, or all marks together where no aggregate was needed."""
        lines = (condition.figure for condition in self.conditions if condition.name == "aggregate")
        return next(lines, self.raw_percent)

    @property
    def reasons(self) -> tuple[Message, ...]:
        """Why the outcome is what it is: the status that settled it, if one did, and every condition's words."""
        status = (STATUS_WORDS[self.outcome],) if self.outcome in STATUS_WORDS else ()
        return (*status, *(condition.words for condition in self.conditions))


def result_json(result: Result) -> dict[str, Any]:
    """The result as plain JSON values: fractions as text beside what may be shown of them.

    What few schemes have (a grade, options, carried units, an override) stands in it only where there is any.
    """
    return {
        "candidate": result.candidate,
        "outcome": result.outcome.value,
        "raw_percent": figure_json(result.raw_percent),
        "weighted_percent": None if result.weighted_percent is None else figure_json(result.weighted_percent),
        "units": [{"unit": unit, **score_json(score)} for unit, score in result.unit_scores.items()],
        "components": [
            {"component": name.value, **score_json(score)} for name, score in result.component_scores.items()
        ],
        "cells": [
            {"ref": cell.ref, "component": cell.component.value, **score_json(score)}
            for cell, score in result.cell_scores.items()
        ],
        "conditions": [condition_json(condition) for condition in result.conditions],
        "inputs_hash": result.inputs_hash,
        "scheme": {"code": result.scheme_code, "version": result.scheme_version},
        "specimen": result.specimen,
        **besides_json(result),
    }


def besides_json(result: Result) -> dict[str, Any]:
    """What few results have, as plain JSON values; empty for all others."""
    given = {
        "grade": result.grade,
        "options": [condition_json(condition) for condition in result.options],
        "carried": dict(result.carried),
        "override": result.override,
    }
    return {name: value for name, value in given.items() if value}


def result_from_json(value: Mapping[str, Any]) -> Result:
    """The result that `result_json` wrote, exact; what was only for show is not read."""
    weighted = value["weighted_percent"]
    return Result(
        candidate=value["candidate"],
        outcome=Outcome(value["outcome"]),
        raw_percent=from_text(value["raw_percent"]["exact"]),
        weighted_percent=None if weighted is None else from_text(weighted["exact"]),
        unit_scores={entry["unit"]: score_from(entry) for entry in value["units"]},
        component_scores={Component(entry["component"]): score_from(entry) for entry in value["components"]},
        cell_scores={Cell(entry["ref"], Component(entry["component"])): score_from(entry) for entry in value["cells"]},
        conditions=tuple(_condition_from(entry) for entry in value["conditions"]),
        inputs_hash=value["inputs_hash"],
        scheme_code=value["scheme"]["code"],
        scheme_version=value["scheme"]["version"],
        specimen=value["specimen"],
        grade=value.get("grade"),
        options=tuple(_condition_from(entry) for entry in value.get("options", ())),
        carried=value.get("carried", {}),
        override=value.get("override"),
    )


def figure_json(figure: Fraction) -> dict[str, str]:
    """A percentage as plain JSON values: exact, and as it may be shown."""
    return {"exact": to_text(figure), "display": truncated(figure)}


def score_json(score: Score) -> dict[str, str | int]:
    """A score as plain JSON values: the marks awarded as `n/d` text, and those available."""
    return {"awarded": to_text(score.awarded), "available": score.available}


def score_from(entry: Mapping[str, Any]) -> Score:
    return Score(awarded=from_text(entry["awarded"]), available=entry["available"])


def condition_json(condition: Condition) -> dict[str, Any]:
    """A condition as plain JSON values; both figures are shown so precisely that they never contradict the verdict."""
    figure, needed = condition.figure, condition.needed
    return {
        "name": condition.name,
        "figure": {"exact": to_text(figure), "display": shown_beside(figure, needed)},
        "needed": {"exact": to_text(needed), "display": shown_beside(needed, needed)},
        "met": condition.met,
        "words": {"template": condition.words.template, "facts": facts_json(condition.words)},
    }


def _condition_from(entry: Mapping[str, Any]) -> Condition:
    return Condition(
        name=entry["name"],
        figure=from_text(entry["figure"]["exact"]),
        needed=from_text(entry["needed"]["exact"]),
        met=entry["met"],
        words=message_from_json(entry["words"]["template"], entry["words"]["facts"]),
    )
