"""However lines and pages are ended, and in whatever figures: the same pack is read, and no word of it is lost."""

from collections import Counter
from random import Random
from time import process_time

import pytest

from curriculum.published.errors import NotAPack
from curriculum.published.reading import read_published
from tests.published import TEXTS, lost_words, strange_words
from tests.soak.forms import SEED

TEXT = (TEXTS / "exa-q0104.txt").read_text(encoding="utf-8")
HINDI = (TEXTS / "exa-q0102.hi.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("end", ["\r\n", "\r", "\v", "\x85", "\u2028", "\u2029"])
def test_whatever_ends_a_line_the_same_is_read(end: str) -> None:
    assert read_published(TEXT.replace("\n", end)) == read_published(TEXT)


@pytest.mark.parametrize("sign", ["\u202a", "\u202e", "\u2066", "\u2069", "\u061c", "\u2063", "\u200e"])
def test_a_sign_that_only_says_which_way_to_write_hides_no_code(sign: str) -> None:
    read, wanted = read_published(TEXT.replace("PC", f"{sign}P{sign}C")), read_published(TEXT)
    assert read.units == wanted.units
    assert read.pack == wanted.pack


@pytest.mark.parametrize("seed", range(12))
def test_no_word_is_lost_where_pages_end_inside_lines(seed: int) -> None:
    chance, signs = Random(SEED + seed), list(TEXT)
    for _ in range(60):
        place = chance.randrange(len(signs))
        if chance.randrange(2):
            signs.insert(place, "\f")
        elif signs[place] == "\n":
            signs[place] = "\f"
    text = "".join(signs)
    assert lost_words(text, read_published(text)) == Counter()


def test_pages_joined_without_line_ends_lose_no_word() -> None:
    text = TEXT.replace("\n", "\f")
    read = read_published(text)
    assert lost_words(text, read) == Counter()
    assert strange_words(text, read) == []


def test_pages_that_hold_nothing_take_no_time() -> None:
    began = process_time()
    read = read_published(TEXT + "\f" * 18_000)
    assert process_time() - began < 1
    assert read.units == read_published(TEXT).units


def test_more_pages_than_lines_are_allowed_are_refused() -> None:
    with pytest.raises(NotAPack, match="longer than any published pack"):
        read_published(TEXT + "x\f" * 30_000)


def test_a_level_and_a_version_in_the_figures_of_another_script_are_the_same_figures() -> None:
    figures = str.maketrans("0123456789", "०१२३४५६७८९")
    there = read_published(HINDI.translate(figures))
    here = read_published(HINDI)
    assert (there.pack["nsqf_level"], there.pack["version"]) == (here.pack["nsqf_level"], here.pack["version"])
    assert lost_words(HINDI.translate(figures), there) == Counter()


@pytest.mark.parametrize(
    ("hyphen", "whole"), [("\u00ad", "screw-driver"), ("\u00ad ", "screw-driver"), ("\u2010", "screw‐driver")]
)
def test_a_word_that_a_line_parts_has_no_blank_in_it(hyphen: str, whole: str) -> None:
    text = TEXT.replace("PC3.Test", f"PC3. use the screw{hyphen}\ndriver, then Test")
    assert text != TEXT
    read = read_published(text)
    lines = [line["text"] for unit in read.units for element in unit["elements"] for line in element["criteria"]]
    assert [line.split(",")[0] for line in lines if "then Test" in line] == [f"use the {whole}"]
    assert lost_words(text, read) == Counter()
