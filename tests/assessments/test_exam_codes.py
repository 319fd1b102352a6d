"""Exam codes: made, typed and read back, and never more than ten wrong ones listened to in a quarter of an hour."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.errors import MistypedExamCode
from assessments.exam_codes import (
    LENGTH,
    MOST_TRIES,
    QUIET,
    RANDOMNESS,
    SYMBOLS,
    count_try,
    exam_code,
    numbers_meant,
    read_exam_code,
)

MORNING = datetime(2026, 11, 2, 4, 30, tzinfo=UTC)
RANDOM = st.binary(min_size=RANDOMNESS, max_size=RANDOMNESS)


@given(RANDOM)
def test_a_code_is_read_back_however_it_is_typed(randomness) -> None:
    code = exam_code(randomness)
    text = str(code)
    assert len(text) == LENGTH + 1
    misread = text.translate(str.maketrans("8526U", "BSZGV"))
    hindi = text.translate(str.maketrans("23456789", "२३४५६७८९"))
    for typed in (text, text.lower(), text.replace("-", ""), f" {text.replace('-', ' — ')} ", misread, hindi):
        assert read_exam_code(typed) == code


@given(st.integers(0, 99), st.integers(1, 10**6), st.integers(1, 10**5), st.text("ACDEF234", min_size=3, max_size=3))
def test_a_candidate_number_is_found_however_it_is_typed(year, serial, place, end) -> None:
    number = f"A{year:02}-{serial:04}-{place:03}-{end}"
    hindi = number.translate(str.maketrans("0123456789", "०१२३४५६७८९"))
    bare = number.replace("-", "")
    spaced = number.replace("-", " ")
    for typed in (number, number.lower(), bare, bare.lower(), spaced, f" {spaced.replace(' ', ' – ')} ", hindi):
        assert number in numbers_meant(typed)
    assert numbers_meant(number) == (number,)


@pytest.mark.parametrize("typed", ["A1-001", "nobody", "", "x" * 5000, "A26", "²³", "A" + "1" * 5000 + "ABC"])
def test_what_is_no_candidate_number_is_looked_for_as_it_is(typed: str) -> None:
    assert numbers_meant(typed) == (typed.upper(),)


def test_no_two_signs_of_a_code_look_alike() -> None:
    assert len(set(SYMBOLS)) == len(SYMBOLS) == 25
    assert not set(SYMBOLS) & set("01OILBSZGVQ")
    assert len(SYMBOLS) ** LENGTH > 2**46


@pytest.mark.parametrize(
    ("typed", "words"), [("ACD4", "4 letters"), ("ACDEF-ACDE0", "“0”"), ("", "0 letters"), ("!", "“!”")]
)
def test_what_cannot_be_a_code_is_said_to_be_none(typed: str, words: str) -> None:
    with pytest.raises(MistypedExamCode, match=words):
        read_exam_code(typed)


def test_too_little_randomness_makes_no_code() -> None:
    with pytest.raises(ValueError):
        exam_code(b"short")


@given(st.lists(st.integers(0, 20 * 60), max_size=80))
def test_no_quarter_of_an_hour_holds_more_than_ten_tries_that_are_listened_to(gaps) -> None:
    tries, last, now, heard = 0, None, MORNING, []
    for gap in gaps:
        now += timedelta(seconds=gap)
        counted = count_try(tries, last, now)
        if counted is not None:
            tries, last = counted, now
            heard.append(now)
    for start in heard:
        assert sum(start <= at < start + QUIET for at in heard) <= MOST_TRIES


def test_after_a_quiet_quarter_of_an_hour_counting_begins_anew() -> None:
    assert count_try(MOST_TRIES, MORNING, MORNING + QUIET - timedelta(seconds=1)) is None
    assert count_try(MOST_TRIES, MORNING, MORNING + QUIET) == 1
