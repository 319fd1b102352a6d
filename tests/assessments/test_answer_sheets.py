"""Answer sheets typed by people: what is read, what is refused, and where two readings differ."""

from hypothesis import given
from hypothesis import strategies as st

from assessments.answer_sheets import LEFT_OPEN, differences, letters_of, place_of, read_marks

options = st.lists(st.integers(2, 6), min_size=1, max_size=30)


@given(options, st.data())
def test_what_is_typed_with_letters_of_the_paper_is_read_as_it_is(counts: list[int], data) -> None:
    signs = [data.draw(st.sampled_from(letters_of(count) + LEFT_OPEN)) for count in counts]
    typed = {
        number: data.draw(st.sampled_from([sign, sign.lower(), f" {sign} "])) for number, sign in enumerate(signs, 1)
    }
    read = read_marks(typed, counts)
    assert read.faults == ()
    assert read.answers == "".join(signs)


@given(options, st.data())
def test_every_faulty_place_is_told_and_no_other(counts: list[int], data) -> None:
    wrong = data.draw(st.sets(st.integers(1, len(counts)), min_size=1))
    bad = st.sampled_from(["", "Z", "AB", "1", "?"])
    typed = {number: data.draw(bad) if number in wrong else "A" for number in range(1, len(counts) + 1)}
    read = read_marks(typed, counts)
    assert {fault.number for fault in read.faults} == wrong
    assert read.answers == ""


@given(st.text("ABCD-", min_size=1), st.data())
def test_two_readings_differ_exactly_where_their_signs_do(first: str, data) -> None:
    second = "".join(data.draw(st.sampled_from("ABCD-")) for _sign in first)
    found = differences(first, second)
    assert all((first[number - 1] != second[number - 1]) == (number in found) for number in range(1, len(first) + 1))
    assert found == differences(second, first)


def test_a_letter_is_a_place_and_a_dash_is_none() -> None:
    assert [place_of(sign) for sign in "AD-"] == [1, 4, None]
