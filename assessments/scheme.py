"""Assessment schemes as files, and what is asked of them: checks against their pack, and their rule in words."""

from pathlib import Path

from assessments.model import (
    Aggregation,
    AssessmentScheme,
    Cell,
    Component,
    CriterionMarks,
    MarksStatus,
    PassRule,
    PracticalScorer,
    ReassessmentPolicy,
    ReassessmentScope,
    TheoryRules,
    UnitMarks,
    unit_of,
)
from assessments.rule_words import reassessment_in_words, rule_in_words
from assessments.scheme_checks import check_scheme, deciding_faults
from curriculum.documents import Document, read_path, validate
from curriculum.errors import ContentFaulty
from curriculum.loading import file_stem
from curriculum.problems import Problem

__all__ = [
    "Aggregation",
    "AssessmentScheme",
    "Cell",
    "Component",
    "CriterionMarks",
    "MarksStatus",
    "PassRule",
    "PracticalScorer",
    "ReassessmentPolicy",
    "ReassessmentScope",
    "TheoryRules",
    "UnitMarks",
    "check_scheme",
    "deciding_faults",
    "get_shipped_scheme",
    "load_scheme",
    "reassessment_in_words",
    "rule_in_words",
    "scheme_path",
    "unit_of",
]

SCHEMES = Path(__file__).parent / "schemes"


def scheme_path(pack_code: str, folder: Path = SCHEMES) -> Path:
    """The shipped scheme file of a pack."""
    return folder / f"{file_stem(pack_code)}.yaml"


def load_scheme(path: Path) -> tuple[AssessmentScheme | None, Document, list[Problem]]:
    """The scheme of a file, its document for places, and every fault of shape."""
    document, problems = read_path(path, f"assessments/schemes/{path.name}")
    if problems:
        return None, document, problems
    scheme, problems = validate(document, AssessmentScheme)
    return scheme, document, problems


def get_shipped_scheme(pack_code: str) -> AssessmentScheme:
    """The scheme that comes with a shipped pack; raises ContentFaulty when its file has errors."""
    scheme, _, problems = load_scheme(scheme_path(pack_code))
    if scheme is None:
        raise ContentFaulty(problems)
    return scheme
