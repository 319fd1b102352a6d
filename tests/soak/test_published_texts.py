"""Thousands of broken texts of skills: each word is in the skill or in a line that a problem names."""

from hypothesis import HealthCheck, given, settings

from tests.curriculum.test_framework_import import account_for, broken_texts
from tests.soak.forms import forms


@forms(30, 10_000)
def test_of_many_broken_texts_no_word_is_lost_and_none_is_invented(times: int) -> None:
    @settings(max_examples=times, deadline=None, derandomize=False, suppress_health_check=list(HealthCheck))
    @given(broken_texts())
    def law(text: str) -> None:
        account_for(text)

    law()
