"""Before and after a mock exam: what it will be, and what it came to, with every answer explained."""

from flask import render_template

from assessments.scheme import rule_in_words
from curriculum.lessons import FIRST_LANGUAGE
from lms.clock import now
from lms.permissions import Permission, requires
from lms.services import mock_results, mocks
from lms.web.gate import actor
from lms.web.item_languages import languages_in_words
from lms.web.learning.reading import reading_language
from lms.web.mock.events import bp
from lms.web.mock.picture import lacking_units, plot_scores, theory_map, unit_rows

__all__ = ["bp"]

_MOST_TO_STUDY = 5  # sections shown at once; the others are folded


@bp.get("/<int:pack_id>")
@requires(Permission.PRACTICE_TAKE)
def show_start(pack_id: int) -> str:
    """How many questions and minutes, by which rule, in which language; and the mocks before."""
    plan, scores = mocks.get_plan(actor(), pack_id, now()), mock_results.list_mocks(actor(), pack_id)
    return render_template(
        "mock/show_start.html",
        plan=plan,
        lacking=lacking_units(plan),
        rule=rule_in_words(plan.scheme),
        language_of_paper=languages_in_words(plan.faces.values()),
        scores=scores,
        plot=plot_scores(scores),
    )


@bp.get("/exams/<int:mock_id>/result")
@requires(Permission.PRACTICE_TAKE)
def show_result(mock_id: int) -> str:
    """What a mock exam came to: marks, what the rule would still need, and every question explained."""
    language = reading_language()
    result = mock_results.get_result(actor(), mock_id, now(), language)
    return render_template(
        "mock/show_result.html",
        result=result,
        shown_language=language if language in result.languages else FIRST_LANGUAGE,
        map=theory_map(result),
        units=unit_rows(result),
        plot=plot_scores(result.all_scores),
        most_to_study=_MOST_TO_STUDY,
    )
