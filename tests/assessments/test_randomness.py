"""The random stream: fixed for ever by its test vectors, fair, and independent by name."""

import hashlib
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.randomness import Stream, stream_for
from tests.strategies import law


def test_the_stream_is_sha256_of_key_and_counter():
    key = hashlib.sha256(b"yogyata").digest()
    blocks = [hashlib.sha256(key + counter.to_bytes(8, "big")).digest() for counter in range(3)]
    stream = Stream(b"yogyata")
    assert stream.read(5) + stream.read(91) == b"".join(blocks)


def test_vectors():
    assert Stream(b"").read(16).hex() == "5c5d42dcf39f71c0226ca720d8d518db"
    assert Stream(b"yogyata").read(16).hex() == "bd30273a898fe5474cbfabc6ea4b1268"
    assert [Stream(b"yogyata").below(limit) for limit in (2, 6, 100, 1000, 10**12)] == [1, 5, 94, 756, 812556696201]
    assert Stream(b"yogyata").shuffled("ABCDEFGH") == tuple("AEDCHGBF")
    assert stream_for(b"seed", "deck", "ASC/N1105#PC4").read(16).hex() == "804b04a6f7b32b0ff4568ce8fe17f54e"


@law
@given(st.binary(max_size=8), st.integers(1, 10**9))
def test_numbers_stay_below_their_limit(seed, limit):
    stream = Stream(seed)
    assert all(0 <= stream.below(limit) < limit for _ in range(5))


def test_there_is_nothing_below_one():
    with pytest.raises(ValueError, match="below 1"):
        Stream(b"").below(0)


@pytest.mark.parametrize("limit", [2, 3, 7, 10, 200])
def test_every_number_is_about_as_likely(limit):
    stream, draws = Stream(b"fair"), 200 * limit
    counts = Counter(stream.below(limit) for _ in range(draws))
    chi_square = sum((counts[number] - 200) ** 2 for number in range(limit)) / 200
    assert chi_square < limit - 1 + 4 * (2 * (limit - 1)) ** 0.5 + 10


def test_every_order_of_three_is_about_as_likely():
    stream = Stream(b"orders")
    counts = Counter(stream.shuffled("ABC") for _ in range(1200))
    assert len(counts) == 6
    assert all(140 < times < 260 for times in counts.values())


@law
@given(st.binary(max_size=8), st.lists(st.integers()))
def test_shuffling_keeps_every_thing(seed, things):
    assert sorted(Stream(seed).shuffled(things)) == sorted(things)


@law
@given(st.lists(st.text(max_size=3), max_size=3), st.lists(st.text(max_size=3), max_size=3))
def test_streams_of_different_names_differ(names, others):
    same = stream_for(b"seed", *names).read(16) == stream_for(b"seed", *others).read(16)
    assert same == (names == others)
