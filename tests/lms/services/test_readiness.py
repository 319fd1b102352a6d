"""Who is stuck and who is ready: pure rules with their reasons."""

from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.mastery import Evidence, EvidenceKind, Standing, standing_of
from lms.services.attendance import Attendance
from lms.services.readiness import Facts, is_surely_shown, missed_in_a_row, readiness_of, stuck_reasons

AT = datetime(2026, 9, 1, tzinfo=UTC)
REFS = [f"ASC/N1105#PC{number}" for number in range(1, 58)]


def standing(kind: EvidenceKind = EvidenceKind.ASSIGNMENT, share: str = "1") -> Standing:
    return standing_of([Evidence(ref=REFS[0], kind=kind, thing="x", share=Fraction(share), at=AT)])


SURE, SIGN, MISSED, NOTHING = standing(), standing(EvidenceKind.PRACTICE), standing(share="0"), standing_of([])


def facts(shown: int = 57, **changes) -> Facts:
    own = {ref: SURE if place < shown else NOTHING for place, ref in enumerate(REFS)}
    whole = Facts(
        sections_read=40,
        sections_total=40,
        is_slow=False,
        last_read=None,
        missed=(),
        is_away=False,
        standings=own,
        attendance=Attendance(present=43, days=50),
        needed="70",
    )
    return replace(whole, **changes)


def test_ready_is_said_with_figures_and_with_what_is_missing() -> None:
    assert str(readiness_of(facts(56)).words) == "56 of 57 shown, attendance 86 %; missing: ASC/N1105 PC57"
    assert str(readiness_of(facts()).words) == "57 of 57 shown, attendance 86 %"
    words = str(readiness_of(facts(45)).words)
    assert words.endswith("ASC/N1105 PC50, ASC/N1105 PC51 and 6 more")
    assert readiness_of(facts(52)).is_ready


@pytest.mark.parametrize(
    ("own", "wanted"),
    [
        (facts(sections_read=38), ["sections to read: 2"]),
        (facts(51), ["51 of 57 criteria shown, needs 52"]),
        (facts(attendance=Attendance(present=2, days=3), needed="67"), ["attendance is 66.66 %, needs 67 %"]),
        (facts(attendance=Attendance()), ["attendance is not known, needs 70 %"]),
        (facts(attendance=Attendance(), needed=""), []),
        (facts(sections_read=0, sections_total=0), []),
    ],
)
def test_who_is_not_ready_is_told_what_is_wanted(own: Facts, wanted: list[str]) -> None:
    found = readiness_of(own)
    assert [str(words) for words in found.wanted] == wanted
    assert found.is_ready is not bool(wanted)


def test_a_first_sign_is_not_enough_and_what_was_missed_is_not_shown() -> None:
    assert [is_surely_shown(one) for one in (SURE, SIGN, MISSED, NOTHING)] == [True, False, False, False]


def test_each_reason_to_be_stuck_is_said() -> None:
    own = facts(is_slow=True, missed=["ASC/N1105#PC4"], is_away=True)
    assert [str(words) for words in stuck_reasons(own)] == [
        "has read nothing yet",
        "missed 3 times in a row in practice: ASC/N1105 PC4",
        "absent on the last 3 days with a register",
    ]
    assert [str(words) for words in stuck_reasons(facts(is_slow=True, last_read=date(2026, 9, 1)))] == [
        "last read on 2026-09-01"
    ]
    assert stuck_reasons(facts()) == ()


def test_only_misses_in_a_row_count() -> None:
    wrong, right = (["a"], False), (["a"], True)
    assert missed_in_a_row([wrong, wrong, wrong]) == ("a",)
    assert missed_in_a_row([wrong, wrong, right, wrong, wrong]) == ()
    assert missed_in_a_row([wrong, (["a", "b"], False), wrong]) == ("a",)


@given(st.lists(st.tuples(st.sampled_from([["a"], ["b"], ["a", "b"]]), st.booleans()), max_size=30))
def test_a_right_answer_never_makes_anybody_stuck(answers) -> None:
    for ref in ("a", "b"):
        assert ref not in missed_in_a_row([*answers, ([ref], True)])
    assert set(missed_in_a_row(answers)) <= set(missed_in_a_row([*answers, (["a", "b"], False)]))


@given(st.integers(0, 57), st.integers(0, 40), st.integers(0, 100))
def test_showing_reading_or_attending_more_never_makes_anybody_less_ready(shown, read, present) -> None:
    own = facts(shown, sections_read=read, attendance=Attendance(present=present, days=101))
    more = facts(
        min(57, shown + 1), sections_read=min(40, read + 1), attendance=Attendance(present=present + 1, days=101)
    )
    assert readiness_of(more).is_ready >= readiness_of(own).is_ready
    assert len(readiness_of(more).wanted) <= len(readiness_of(own).wanted)
