"""Results: rows to the values of the core."""

import json

from assessments.decisions import Result, result_from_json
from assessments.model import Cell, Component, unit_of
from assessments.results import score_from
from assessments.scoring import Score
from lms.tables.marking import ResultRow


def result_of(row: ResultRow) -> Result:
    """The result as it was decided, with every figure exact."""
    return result_from_json(json.loads(row.content))


def assessed_scores(content: str) -> dict[Cell, Score]:
    """The scores that a stored result itself awarded, without those it carried; where nothing else of it is needed."""
    value = json.loads(content)
    carried = value.get("carried", {})
    return {
        Cell(entry["ref"], Component(entry["component"])): score_from(entry)
        for entry in value["cells"]
        if unit_of(entry["ref"]) not in carried
    }
