"""Texts that nobody would print, as long as any may be: read or refused in little time."""

from time import process_time

import pytest

from curriculum.published.errors import NotAPack
from curriculum.published.reading import read_published

HEAD = "ABC/N0001: Lay a pipe\nDescription\nAbout pipes.\nElements and Performance Criteria\nPlan\n"
LEAD = "To be competent, the user must be able to:\n"
MOST_SECONDS = 2


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f"PC{number}. do {number}" for number in range(1, 9000)),
        f"{HEAD}{LEAD}PC1. {'Word of words' * 3}" + "\nWord of words" * 15_000,
        f"{HEAD}{LEAD}PC1. {'a PC2. ' * 200_000}",
        f"{HEAD}{LEAD}" + "PC1. a\n" * 15_000,
    ],
    ids=["codes of four figures", "a line that never ends", "codes on one line", "one code"],
)
def test_a_text_as_long_as_may_be_takes_little_time(text: str) -> None:
    began = process_time()
    try:
        assert read_published(text).units
    except NotAPack as refusal:
        assert "longer than any published pack" in str(refusal.message)  # noqa: PT017  either is right
    assert process_time() - began < MOST_SECONDS


def test_a_unit_with_more_criteria_than_codes_can_number_is_refused_in_words() -> None:
    units = [
        f"ABC/N000{unit}: Lay a pipe\nDescription\nPipes.\nElements and Performance Criteria\nPlan\n{LEAD}"
        for unit in (1, 2)
    ]
    most = "".join(f"PC{number}. do\n" for number in range(1, 1000))
    assert len(read_published(f"{units[0]}{most}{units[1]}{most}").units) == 2
    with pytest.raises(NotAPack, match="holds a unit with more than 999 criteria"):
        read_published(f"{units[0]}{most}PC1. again\n")
