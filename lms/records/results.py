"""Results: rows to the values of the core."""

import json

from assessments.decisions import Result, result_from_json
from lms.tables.marking import ResultRow


def result_of(row: ResultRow) -> Result:
    """The result as it was decided, with every figure exact."""
    return result_from_json(json.loads(row.content))
