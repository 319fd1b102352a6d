"""Codes and numbers: what is made can be read back, and no slip of the hand goes unseen."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from certificates.codes import (
    CODE_LENGTH,
    CODE_RANDOMNESS,
    SYMBOLS,
    certificate_number,
    read_code,
    read_number,
    verification_code,
)
from certificates.errors import MistypedCode, UnfitRandomness

randomness = st.binary(min_size=CODE_RANDOMNESS, max_size=CODE_RANDOMNESS)
codes = st.builds(verification_code, randomness)
numbers = st.builds(certificate_number, st.integers(2000, 2999), st.integers(0, 9_999_999))


@given(codes)
def test_a_code_is_eighteen_plain_symbols_in_three_groups(code: str) -> None:
    groups = code.split("-")
    assert [len(group) for group in groups] == [6, 6, 6]
    assert set("".join(groups)) <= set(SYMBOLS)


@given(codes)
def test_a_code_reads_back_as_itself(code: str) -> None:
    assert read_code(code) == code


@given(randomness, randomness)
def test_randomness_that_differs_in_its_first_84_bits_gives_another_code(one: bytes, other: bytes) -> None:
    assume(int.from_bytes(one) >> 4 != int.from_bytes(other) >> 4)
    assert verification_code(one) != verification_code(other)


@given(st.sampled_from([0, 10, 12, 16]))
def test_a_code_is_made_from_exactly_eleven_bytes(count: int) -> None:
    with pytest.raises(UnfitRandomness) as refusal:
        verification_code(bytes(count))
    assert (refusal.value.given, refusal.value.needed) == (count, CODE_RANDOMNESS)


def test_codes_never_change() -> None:
    assert verification_code(bytes(11)) == "000000-000000-000000"
    assert verification_code(bytes(range(1, 12))) == "02AJKF-JJWXY1-199SS0"
    assert verification_code(bytes([255] * 11)) == "JFZZZZ-ZZZZZZ-ZZZZTZ"


@given(codes, st.data())
def test_how_it_was_typed_does_not_matter(code: str, data: st.DataObject) -> None:
    typed = "".join(
        data.draw(st.sampled_from(["", " ", "-", " – ", "\N{NO-BREAK SPACE}"])) + data.draw(spelling(symbol))
        for symbol in code.replace("-", "")
    )
    assert read_code(f" {typed}\n") == code


def spelling(symbol: str) -> st.SearchStrategy[str]:
    """The ways people write one symbol."""
    alike = {"0": "0Oo०", "1": "1IiLl१"}.get(symbol, symbol + symbol.lower())
    return st.sampled_from(sorted(set(alike)))


@given(codes, st.integers(0, CODE_LENGTH - 1), st.sampled_from(SYMBOLS))
def test_every_single_wrong_symbol_is_caught(code: str, place: int, wrong: str) -> None:
    symbols = code.replace("-", "")
    assume(symbols[place] != wrong)
    with pytest.raises(MistypedCode, match="is wrong"):
        read_code(symbols[:place] + wrong + symbols[place + 1 :])


@given(codes, st.integers(0, CODE_LENGTH - 2))
def test_every_swap_of_neighbours_is_caught(code: str, place: int) -> None:
    symbols = code.replace("-", "")
    assume(symbols[place] != symbols[place + 1])
    swapped = symbols[:place] + symbols[place + 1] + symbols[place] + symbols[place + 2 :]
    with pytest.raises(MistypedCode, match="changed places"):
        read_code(swapped)


@given(codes, st.integers(0, CODE_LENGTH - 1))
def test_a_symbol_left_out_is_counted(code: str, place: int) -> None:
    symbols = code.replace("-", "")
    with pytest.raises(MistypedCode, match="has 17 letters and digits; a code has 18"):
        read_code(symbols[:place] + symbols[place + 1 :])


@pytest.mark.parametrize("wrong", ["U", "*", "é", "字", "/"])
def test_a_foreign_character_is_named_with_its_place(wrong: str) -> None:
    with pytest.raises(MistypedCode) as refusal:
        read_code(f"00-{wrong}")
    assert refusal.value.message.facts == {"symbol": wrong.upper(), "position": "3"}
    assert refusal.value.typed == f"00-{wrong}"


@given(st.text(max_size=40))
def test_any_text_is_a_code_or_refused_as_mistyped(text: str) -> None:
    try:
        read = read_code(text)
    except MistypedCode:
        return
    assert read_code(read) == read


def test_a_number_is_year_serial_and_two_check_digits() -> None:
    assert certificate_number(2026, 123) == "2026-000123-03"
    assert certificate_number(2026, 1_000_000) == "2026-1000000-22"


@given(numbers)
def test_a_number_reads_back_with_or_without_its_dashes(number: str) -> None:
    assert read_number(number) == read_number(number.replace("-", " ")) == number


@given(numbers, st.data())
@settings(max_examples=200)
def test_every_wrong_digit_and_swap_in_a_number_is_caught(number: str, data: st.DataObject) -> None:
    digits = number.replace("-", "")
    place = data.draw(st.integers(0, len(digits) - 1))
    wrong = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != digits[place]]))
    with pytest.raises(MistypedCode):
        read_number(digits[:place] + wrong + digits[place + 1 :])
    if place and digits[place - 1] != digits[place]:
        with pytest.raises(MistypedCode):
            read_number(digits[: place - 1] + digits[place] + digits[place - 1] + digits[place + 1 :])


@pytest.mark.parametrize("text", ["", "2026", "2026-000123", "2026-00A123-03", "seven"])
def test_what_is_no_number_is_told_what_a_number_looks_like(text: str) -> None:
    with pytest.raises(MistypedCode, match="such as 2026-000123-03"):
        read_number(text)
