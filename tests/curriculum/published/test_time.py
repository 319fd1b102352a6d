"""Texts that nobody would print, as long as any may be: read or refused in a time that grows with the length alone."""

from collections.abc import Callable

import pytest

from curriculum.published.errors import NotAPack
from curriculum.published.reading import read_published
from tests.growth import MOST, TIMES, growth

HEAD = "ABC/N0001: Lay a pipe\nDescription\nAbout pipes.\nElements and Performance Criteria\nPlan\n"
LEAD = "To be competent, the user must be able to:\n"


def read_or_refuse(text: str) -> None:
    try:
        assert read_published(text).units
    except NotAPack as refusal:
        assert "longer than any published pack" in str(refusal.message)  # noqa: PT017  either is right


@pytest.mark.parametrize(
    ("make", "most"),
    [
        (lambda count: "\n".join(f"PC{number}. do {number}" for number in range(1, count)), 9000),
        (lambda count: f"{HEAD}{LEAD}PC1. {'Word of words' * 3}" + "\nWord of words" * count, 15_000),
        (lambda count: f"{HEAD}{LEAD}PC1. {'a PC2. ' * count}", 200_000),
        (lambda count: f"{HEAD}{LEAD}" + "PC1. a\n" * count, 15_000),
    ],
    ids=["codes of four figures", "a line that never ends", "codes on one line", "one code"],
)
def test_the_time_of_a_text_grows_with_its_length_alone(make: Callable[[int], str], most: int) -> None:
    assert growth(read_or_refuse, make(most // TIMES), make(most)) < MOST


def test_a_unit_with_more_criteria_than_codes_can_number_is_refused_in_words() -> None:
    units = [
        f"ABC/N000{unit}: Lay a pipe\nDescription\nPipes.\nElements and Performance Criteria\nPlan\n{LEAD}"
        for unit in (1, 2)
    ]
    most = "".join(f"PC{number}. do\n" for number in range(1, 1000))
    assert len(read_published(f"{units[0]}{most}{units[1]}{most}").units) == 2
    with pytest.raises(NotAPack, match="holds a unit with more than 999 criteria"):
        read_published(f"{units[0]}{most}PC1. again\n")
