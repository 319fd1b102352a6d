"""Items in several languages: the same item, the same key, and no other hash for those in one."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from curriculum.documents import canonical_json, sha256
from question_bank.loading import ItemEntry, face_of, key_of
from question_bank.model import FaceWords, ItemFace, languages_of
from tests.builders import an_item
from tests.question_bank.test_checks import entry, in_hindi

UNIT = "ASC/N9001"
# The face of `entry()` as it was stored and hashed before items had translations.
PLAIN = "14e1b893"


def both(**overrides: Any) -> ItemEntry:
    return ItemEntry.model_validate(entry(translations=in_hindi(), **overrides))


def test_an_item_in_one_language_is_stored_as_it_always_was() -> None:
    plain = ItemEntry.model_validate(entry())
    face, key = canonical_json(face_of(plain, UNIT)), canonical_json(key_of(plain))
    assert "translations" not in face + key
    assert sha256(face).startswith(PLAIN)


def test_face_and_key_part_in_every_language() -> None:
    face, key = canonical_json(face_of(both(), UNIT)), canonical_json(key_of(both()))
    for words in ("इसलिए।", "नहीं"):
        assert words in key
        assert words not in face
    assert "अब क्या करना चाहिए?" in face


def test_a_face_is_read_in_the_wished_language_else_as_first_written() -> None:
    face = face_of(both(), UNIT)
    assert face.languages == ("en", "hi")
    assert [face.language_for(wish) for wish in ("hi", "en", "pl")] == ["hi", "en", "en"]
    assert face.in_language("hi").stem == "अब क्या करना चाहिए?"
    assert face.in_language("pl") is face
    assert face_of(ItemEntry.model_validate(entry()), UNIT).languages == ("en",)


def test_a_key_is_explained_in_the_wished_language_and_stays_the_key() -> None:
    key = key_of(both())
    assert key.in_language("hi").feedback == {"A": "नहीं", "C": "नहीं", "D": "नहीं"}
    assert key.in_language("hi").right == key.right == "B"
    assert key.in_language("pl") is key


@given(order=st.permutations("ABCD"))
def test_letters_and_their_order_are_the_items_own_in_every_language(order: list[str]) -> None:
    words = FaceWords(stem="प्रश्न", options={letter: f"विकल्प {letter}" for letter in order})
    face: ItemFace = an_item(translations={"hi": words})
    assert [option.id for option in face.in_language("hi").options] == [option.id for option in face.options]
    assert [option.text for option in face.in_language("hi").options] == [f"विकल्प {letter}" for letter in "ABCD"]


def test_languages_of_several_items_are_those_of_any() -> None:
    words = FaceWords(stem="?", options=dict.fromkeys("ABCD", "x"))
    assert languages_of([an_item(), an_item("item-2", translations={"pl": words, "hi": words})]) == ("en", "hi", "pl")
