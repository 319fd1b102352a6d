"""YAML documents: text stays text, every fault has its place, canonical JSON is stable."""

import string

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from curriculum.documents import Content, canonical_json, read_document, sha256, validate
from curriculum.problems import Severity


class Line(Content):
    """A shape to read in these tests."""

    title: str
    marks: int = 0


def messages(text: str) -> list[str]:
    document, problems = read_document(text, "line.yaml")
    return [str(problem) for problem in (problems or validate(document, Line)[1])]


def test_scalars_stay_what_was_written() -> None:
    document, problems = read_document("a: 1.10\nb: 012\nc: No\nd: 1:30\ne: 4.5\nf: ''\ng: ~\n")
    assert problems == []
    assert document.value == {"a": "1.10", "b": "012", "c": "No", "d": "1:30", "e": "4.5", "f": "", "g": None}


def test_a_key_given_twice_is_refused_at_its_second_place() -> None:
    assert messages("title: a\ntitle: b\n") == ["line.yaml:2:1: error: title: `title` is given twice; keep one"]


def test_an_unknown_name_is_told_with_what_was_meant() -> None:
    assert messages("title: a\nmark: 3\n") == ["line.yaml:2:1: error: mark: unknown name `mark`; did you mean `marks`?"]


def test_every_fault_is_told_at_once() -> None:
    assert messages("marks: many\n") == [
        "line.yaml:1:1: error: title: is missing",
        "line.yaml:1:1: error: marks: is `many`; write a whole number",
    ]


def test_faulty_yaml_names_its_line() -> None:
    (message,) = messages("title: [a\nmarks: 1\n")
    assert message.startswith("line.yaml:2:")
    assert "cannot be read as YAML" in message


def test_aliases_are_refused_rather_than_multiplied() -> None:
    text = "a: &a [x, x, x]\n" + "".join(f"{name}: [*a, *a]\n" for name in string.ascii_lowercase[1:])
    _, problems = read_document(text)
    assert "aliases" in str(problems[0].message)


@pytest.mark.parametrize("text", ["code: &a A\ntitle: *a\n", "code: &a title\n*a : B\n", "a: [&a '', *a]\n"])
def test_an_alias_of_a_plain_text_is_refused_too_since_a_long_one_would_be_multiplied(text: str) -> None:
    _, problems = read_document(text)
    assert [str(problem.message) for problem in problems] == ["aliases (`*name`) are not read; write the value out"]


def test_of_faults_by_the_thousand_some_are_told_and_the_number_of_the_others() -> None:
    told = messages("title: a\n" + "".join(f"name{number}: x\n" for number in range(1000)))
    assert told[0] == "line.yaml:2:1: error: name0: unknown name `name0`; known here: title, marks"
    assert len(told) == 201
    assert told[-1] == "line.yaml:1:1: error: has 800 more faults like these; mend these first"


def test_a_file_with_more_entries_than_any_content_is_refused_unread() -> None:
    (told,) = messages("title:\n" + "- a\n" * 60_000)
    assert "line.yaml:" in told
    assert "holds more than 50 thousand entries; no content does" in told


plain = st.recursive(
    st.text(string.ascii_letters, min_size=1),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(min_size=1, max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(string.ascii_letters, min_size=1), plain))
def test_canonical_json_does_not_depend_on_the_order_of_names(value: dict[str, object]) -> None:
    backwards = dict(reversed(list(value.items())))
    assert sha256(canonical_json(value)) == sha256(canonical_json(backwards))


# Texts of every kind, lone halves of surrogate pairs among them; enumerations, whole numbers of any size, fractions.
texts = st.text('a\0\n\x7f"\\é\u2028\ud800\udc00\ufb33\U0001f600', max_size=4)
leaves = texts | st.integers() | st.booleans() | st.none() | st.floats() | st.sampled_from(Severity)
anything = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts | st.integers(0, 3), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(texts, anything, max_size=4))
@example({"\ufb33": 1, "\U0001f600": 2})
@example({"a": 2**53})
@example({"a": {1: "b"}})
def test_canonical_json_is_that_of_the_standard_or_refused_alike(value: dict[str, object]) -> None:
    try:
        expected = rfc8785.dumps(value).decode()
    except ValueError as refused:
        with pytest.raises(type(refused)):
            canonical_json(value)
    else:
        assert canonical_json(value) == expected


@given(st.text())
def test_any_text_is_read_or_refused_with_words(text: str) -> None:
    document, problems = read_document(text)
    assert problems or document is not None
    assert all(str(problem.message) for problem in problems)
