"""What the checks say of items that are not good."""

from typing import Any

import pytest
from pydantic import ValidationError

from curriculum.documents import read_document, validate
from question_bank.checks import check_items
from question_bank.loading import ItemEntry, ItemFile, face_of, key_of
from tests.builders import a_unit

UNIT = a_unit("ASC/N9001", criteria=1)


def entry(number: int = 1, **overrides: Any) -> dict[str, Any]:
    given = {
        "id": f"asc-n9001-pc1-e{number}",
        "use": "exam",
        "criteria": ["PC1"],
        "difficulty": "easy",
        "stem": f"What is done in case {number}?",
        "options": {"A": "this one", "B": "that one", "C": "third one", "D": "last one"},
        "key": "B",
        "rationale": "Because.",
        "feedback": {"A": "no", "C": "no", "D": "no"},
    }
    return {**given, **overrides}


def enough(*more: dict[str, Any]) -> list[dict[str, Any]]:
    return [entry(1), entry(2), entry(3), entry(4, use="practice"), *more]


def said(entries: list[dict[str, Any]]) -> list[str]:
    file = ItemFile.model_validate({"unit": UNIT.code, "items": entries})
    return [f"{problem.path}: {problem.message}" for problem in check_items(file, UNIT)]


def in_hindi(**overrides: Any) -> dict[str, Any]:
    given = {
        "stem": "अब क्या करना चाहिए?",
        "options": {"A": "यह", "B": "वह", "C": "तीसरा", "D": "आख़िरी"},
        "rationale": "इसलिए।",
        "feedback": {"A": "नहीं", "C": "नहीं", "D": "नहीं"},
    }
    return {"hi": {**given, **overrides}}


def test_a_translation_of_every_word_has_no_problems() -> None:
    assert said(enough(entry(5, translations=in_hindi()))) == []


@pytest.mark.parametrize(
    ("translations", "words"),
    [
        (
            in_hindi(options={"A": "यह", "B": "वह", "C": "तीसरा"}),
            "hi.options: has no word for D; translate each of them",
        ),
        (
            in_hindi(options={"A": "यह", "B": "वह", "C": "तीसरा", "D": "आख़िरी", "E": "और"}),
            "hi.options.E: is no option of the item; give words for A, B, C, D",
        ),
        (in_hindi(options={"A": "यह", "B": "वह", "C": "यह ", "D": "आख़िरी"}), "hi.options.C: says the same as option A"),
        (
            in_hindi(options={"A": "यह", "B": "वह 5", "C": "तीसरा", "D": "आख़िरी"}),
            "hi.options.B: has other figures than “that one”",
        ),
        (in_hindi(feedback={"A": "नहीं"}), "hi.feedback: has no word for C, D; translate each of them"),
        (
            in_hindi(feedback={"A": "न", "B": "हाँ", "C": "न", "D": "न"}),
            "hi.feedback.B: is the key; give words for A, C, D",
        ),
        (
            in_hindi(stem="What is done in case  5?"),
            "hi.stem: says the same as the item's own stem; put it into the language",
        ),
        ({"en": in_hindi()["hi"]}, "en: items are first written in en; those words stand in the item itself"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_fault_of_a_translation_is_told_with_its_place(translations: dict[str, Any], words: str) -> None:
    assert f"items.4.translations.{words}" in said(enough(entry(5, translations=translations)))


@pytest.mark.parametrize(
    "translations", [{}, in_hindi(stem=""), in_hindi(rationale=" "), {"Hindi": in_hindi()["hi"]}], ids=str
)
def test_an_empty_or_nameless_translation_is_refused(translations: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ItemEntry.model_validate(entry(translations=translations))


def test_good_items_have_no_problems() -> None:
    assert said(enough()) == []


def test_too_few_items_are_counted_in_words() -> None:
    assert said([entry(1), entry(2)]) == [
        "items: PC1 needs 3 exam items, the file has 2",
        "items: PC1 needs 1 practice item, the file has 0",
    ]


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ({"key": "E"}, "items.4.key: E is not among the options A, B, C, D"),
        ({"criteria": ["PC7"]}, "items.4.criteria.0: PC7 is not in ASC/N9001"),
        ({"criteria": ["PC11"]}, "items.4.criteria.0: PC11 is not in ASC/N9001; did you mean `PC1`?"),
        ({"enemies": ["asc-n9001-pc1-e5"]}, "items.4.enemies.0: an item is no enemy of itself; leave it out"),
        (
            {"enemies": ["asc-n9001-pc1-e11"]},
            "items.4.enemies.0: asc-n9001-pc1-e11 is not in this file; did you mean `asc-n9001-pc1-e1`?",
        ),
        (
            {"feedback": {"A": "no", "B": "yes", "C": "no", "D": "no"}},
            "items.4.feedback.B: is the key; feedback is for the wrong options",
        ),
        ({"enemies": ["nobody"]}, "items.4.enemies.0: nobody is not in this file"),
        ({"feedback": {"A": "no", "C": "no"}}, "items.4.feedback: has no word on option D; say why it is wrong"),
        ({"stem": "What is done in case  1?"}, "items.4.stem: says the same as asc-n9001-pc1-e1"),
        ({"id": "asc-n9001-pc1-e1"}, "items.4.id: asc-n9001-pc1-e1 is also items.0; give this one another id"),
        (
            {"options": {"A": "x", "B": "yy", "C": "zzz", "D": "None of the above"}},
            "items.4.options.D: options are drawn in any order; write out what is meant",
        ),
        ({"options": {"A": "x", "B": "X ", "C": "zzz", "D": "w"}}, "items.4.options.B: says the same as option A"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_fault_is_told_with_its_place(overrides: dict[str, Any], words: str) -> None:
    assert words in said(enough(entry(5, **overrides)))


def test_keys_that_are_mostly_one_letter_are_told() -> None:
    many = [entry(number) for number in range(1, 9)] + [entry(9, use="practice")]
    assert "items: B is the key of 9 of 9 items; aim at a quarter each" in said(many)


def test_face_and_key_part_and_the_face_tells_nothing() -> None:
    item = ItemEntry.model_validate(
        entry(1, rationale="CANARY-RATIONALE", feedback={"A": "CANARY-A", "C": "n", "D": "n"})
    )
    face = face_of(item, UNIT.code).model_dump_json()
    assert "CANARY" not in face
    assert '"B"' in face
    assert "right" not in face
    assert "key" not in face
    assert key_of(item).right == "B"
    assert [key_of(item).is_right(choice) for choice in ("B", "A", None)] == [True, False, False]


def test_an_item_file_of_the_wrong_shape_names_line_and_column() -> None:
    document, _ = read_document("unit: X\nitems:\n  - id: a\n    use: exma\n    dificulty: easy\n", "items.yaml")
    _, problems = validate(document, ItemFile)
    told = [str(problem) for problem in problems]
    assert "items.yaml:4:5: error: items.0.use: is `exma`; write exam or practice; did you mean `exam`?" in told
    assert "items.yaml:5:5: error: items.0.dificulty: unknown name `dificulty`; did you mean `difficulty`?" in told
    assert "items.yaml:3:5: error: items.0.key: is missing: the letter of the right answer" in told
