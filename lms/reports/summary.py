"""Results added up: a line an assessment, with how many came to what and how many of those who came passed."""

from collections.abc import Sequence

from assessments.results import Outcome
from lms.reports.columns import Value

_BY = ["assessment", "batch", "centre", "agency", "attempt"]
_OUTCOMES = [str(outcome) for outcome in Outcome]
SUMMARY = (*_BY, "candidates", *_OUTCOMES, "competent of those who came")
# What the summary's own columns mean, for the data dictionary: column, meaning, values.
MEANINGS = (
    ("candidates", "Candidates of the assessment at this attempt, on the sheet Summary", "a whole number"),
    *((name, f"Candidates with the outcome {name}, on the sheet Summary", "a whole number") for name in _OUTCOMES),
    ("competent of those who came", "Competent candidates, of those competent or not yet competent", "8 of 11"),
)
_CAME = [str(Outcome.COMPETENT), str(Outcome.NOT_YET_COMPETENT)]


def summary_lines(names: Sequence[str], lines: Sequence[Sequence[Value]]) -> list[list[Value]]:
    """The lines of the summary for lines of results whose columns have these names, in order of the assessments.

    The share is written as `8 of 11`: exact, and it says how many it is of.
    """
    if not lines:
        return []
    import pandas as pd  # noqa: PLC0415 -- slow to import, and only an export needs it

    results = pd.DataFrame(lines, columns=list(names))
    counts = pd.crosstab([results[name] for name in _BY], results["outcome"])
    counts = counts.reindex(columns=_OUTCOMES, fill_value=0)
    came = counts[_CAME].sum(axis=1)
    counts.insert(0, "candidates", counts.sum(axis=1))
    counts["share"] = counts[_CAME[0]].astype(str) + " of " + came.astype(str)
    return [[_plain(value) for value in line] for line in counts.reset_index().to_numpy().tolist()]


def _plain(value: object) -> Value:
    return value if isinstance(value, str) else int(str(value))
