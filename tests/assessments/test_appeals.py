"""Until when an appeal can be made, and by when it is answered."""

from datetime import date

import pytest

from assessments.appeals import APPEAL_WITHIN_DAYS, appeal_clock, may_appeal
from assessments.results import Outcome
from curriculum.documents import canonical_json
from tests.builders import a_scheme

SEEN = date(2026, 11, 8)


@pytest.mark.parametrize(("days", "last"), [(None, date(2026, 11, 23)), (0, SEEN), (30, date(2026, 12, 8))])
def test_the_last_day_is_the_schemes_or_the_houses_and_is_included(days, last):
    scheme = a_scheme(appeal_within_days=days)
    check = may_appeal(scheme, Outcome.NOT_YET_COMPETENT, SEEN, last)
    assert (check.allowed, check.appeal_by, check.reasons) == (True, last, ())
    late = may_appeal(scheme, Outcome.COMPETENT, SEEN, date.fromordinal(last.toordinal() + 1))
    assert [str(words) for words in late.reasons] == [f"An appeal had to be made by {last.isoformat()}."]


@pytest.mark.parametrize("outcome", [Outcome.ABSENT, Outcome.DROPPED_OUT])
def test_where_nothing_was_marked_there_is_nothing_to_check(outcome):
    check = may_appeal(a_scheme(), outcome, SEEN, SEEN)
    assert [str(words) for words in check.reasons] == ["There are no marks to check again."]


def test_the_council_answers_after_the_agency():
    clock = appeal_clock(SEEN)
    assert (clock.agency_by, clock.council_by) == (date(2026, 11, 13), date(2026, 11, 18))


def test_a_scheme_that_names_no_window_keeps_its_hash():
    assert "appeal" not in canonical_json(a_scheme())
    assert APPEAL_WITHIN_DAYS == 15
