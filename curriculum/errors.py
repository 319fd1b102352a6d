"""What the curriculum refuses."""

from collections.abc import Sequence

from curriculum.problems import Problem


class CurriculumError(Exception):
    """Base of the curriculum's refusals."""


class ContentFaulty(CurriculumError):
    """Content with errors cannot be used; `problems` holds every one of them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class UnknownCriterion(CurriculumError):
    """No criterion of that reference in the pack."""

    def __init__(self, ref: str) -> None:
        super().__init__(f"no criterion {ref}; a reference looks like ASC/N1105#PC4")
        self.ref = ref
