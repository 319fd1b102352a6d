"""Faults of shape in an author's words."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

import pytest
from pydantic import Field

from curriculum.documents import Content, read_document, validate
from curriculum.model import Identifier, Text
from curriculum.problems import did_you_mean, quoted


class Colour(StrEnum):
    """A colour in these tests."""

    RED = "red"
    GREEN = "green"


class Part(Content):
    """A part of the shape."""

    name: Text = Field(description="What it is called.")


class Shape(Content):
    """A shape with a field of each kind."""

    title: Text = "x"
    number: int = Field(default=1, ge=1, le=9)
    plain: str = "x"
    short: Annotated[str, Field(max_length=3)] = "x"
    colour: Colour = Colour.RED
    size: Literal["big", "small"] = "big"
    yes: bool = True
    day: date = date(2026, 1, 1)
    parts: Annotated[tuple[Part, ...], Field(min_length=1, max_length=2)] = (Part(name="x"),)
    ids: tuple[Identifier, ...] = ()
    by_colour: Mapping[Colour, int] = Field(default={}, description="How many of each colour")
    by_id: Mapping[Identifier, Text] = Field(default={}, description="Words for each line")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("title:", "title: is empty; write text"),
        ("title: ''", "title: is empty; write some text"),
        ("title: [a]", "title: is a list; write text"),
        ("title: {a: b}", "title: is a group of names; write text"),
        ("number: many", "number: is `many`; write a whole number"),
        ("number: 1.5", "number: is `1.5`; write a whole number"),
        ("number:", "number: is empty; write a whole number"),
        ("number: 0", "number: is 0; write at least 1"),
        ("number: 10", "number: is 10; write at most 9"),
        (f"number: {'9' * 5000}", f"number: is `{'9' * 60}…`; no number here is so large"),
        ("short: four", "short: has 4 signs; write at most 3"),
        ("colour: gren", "colour: is `gren`; write red or green; did you mean `green`?"),
        ("size: BIG", "size: is `BIG`; write big or small; did you mean `big`?"),
        ("yes: perhaps", "yes: is `perhaps`; write true or false"),
        ("day: tomorrow", "day: is `tomorrow`; write a date such as 2026-11-14"),
        ("parts: []", "parts: has no entries; give at least 1"),
        ("parts: [{name: a}, {name: b}, {name: c}]", "parts: has 3 entries; give at most 2"),
        ("parts: a", "parts: is `a`; write a list, with `- ` before each entry"),
        ("parts: [a]", "parts.0: is `a`; write names with values, such as `name: value`"),
        ("parts: [{}]", "parts.0.name: is missing: what it is called"),
        ("parts: [{nam: a}]", "parts.0.nam: unknown name `nam`; did you mean `name`?"),
        ("parts: [{text: a, name: b}]", "parts.0.text: unknown name `text`; known here: name"),
        ("ids: [pc 1]", "ids.0: is `pc 1`; write it like `PC4`, `KU12` or `GS3-2`"),
        ("by_colour: {redd: 1}", "by_colour.redd: is `redd`; write red or green; did you mean `red`?"),
        ("by_colour: {red: x}", "by_colour.red: is `x`; write a whole number"),
        ("by_id: {pc1: x}", "by_id.pc1: is `pc1`; write it like `PC4`, `KU12` or `GS3-2`"),
        ("by_id: []", "by_id: is a list; write names with values, such as `name: value`"),
    ],
)
def test_each_kind_of_fault_has_a_plain_sentence(text: str, words: str) -> None:
    document, _ = read_document(text)
    _, problems = validate(document, Shape)
    assert words in [f"{problem.path}: {problem.message}" for problem in problems]


def test_what_was_meant_is_found_however_it_is_cased_and_not_where_nothing_is_like_it() -> None:
    assert str(did_you_mean("pc14", ["PC1", "PC14"])) == "; did you mean `PC14`?"
    assert did_you_mean("PC7", ["PC1"]) == ""
    assert did_you_mean("x1", [f"x{number}" for number in range(1000)]) == ""


def test_what_an_author_wrote_stays_one_line_and_short() -> None:
    assert quoted("a\nb\x1b[2J") == "`a<U+000A>b<U+001B>[2J`"
    assert quoted("a" * 100) == f"`{'a' * 60}…`"
