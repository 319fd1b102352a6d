"""What besides the conditions a result says of itself: both aggregates, the grade, options, kept units, whose rule."""

from dataclasses import dataclass
from fractions import Fraction

from flask_babel import gettext as _

from assessments.model import Aggregation, AssessmentScheme
from assessments.results import Condition, Result
from lms.web.filters import marks


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedView:
    """`figures` are (name, figure, whether it decides), and empty where there is one aggregate only."""

    figures: tuple[tuple[str, str, bool], ...]
    grade: str
    override: str
    carried: tuple[str, ...]
    options: tuple[Condition, ...]


def draw_decided(scheme: AssessmentScheme, result: Result) -> DecidedView:
    """A decided result beside its scheme, in the reader's language."""
    figures: tuple[tuple[str, str, bool], ...] = ()
    if result.weighted_percent is not None and result.conditions:
        by_sum = scheme.rule.aggregation is Aggregation.RAW_SUM
        by_group = scheme.rule.unit_groups is not None
        figures = (
            (_("All marks"), _percent(result.raw_percent), by_sum),
            (
                _("Groups of units by weight") if by_group else _("Units by weight"),
                _percent(result.weighted_percent),
                not by_sum,
            ),
        )
    return DecidedView(
        figures=figures,
        grade=result.grade or "",
        override=result.override or "",
        carried=tuple(result.carried),
        options=result.options,
    )


def _percent(figure: Fraction) -> str:
    return str(_("%(percent)s %%", percent=marks(figure)))
