"""Signs that nobody sees, and ids that are taken: faults with their place, whatever they do to a page or a paper."""

import pytest

from curriculum.bundle import read_bundle
from tests.lms.pack_files import pack_files, uploads

UNIT, PACK = "n9001.yaml", "pack.yaml"


def faults(name: str, old: str, new: str) -> list[str]:
    files = pack_files()
    assert old in files[name]
    files[name] = files[name].replace(old, new, 1)
    bundle = read_bundle(uploads(files))
    assert bundle.pack is None
    return [f"{problem.place}: {problem.message}" for problem in bundle.problems]


@pytest.mark.parametrize(
    ("sign", "code"), [("\\x1c", "001C"), ("\\0", "0000"), ("\\u202e", "202E"), ("\\u2066", "2066"), ("\\x85", "0085")]
)
def test_a_sign_that_nobody_sees_is_a_fault_at_its_line(sign: str, code: str) -> None:
    words = f"holds U+{code}, a sign that nobody sees; leave it out"
    assert faults(UNIT, "greet the visitor", f"greet {sign} the visitor") == [f"n9001.yaml:7:30: {words}"]
    assert faults(UNIT, "title: Do it", f'title: "Do{sign}it"') == [f"n9001.yaml:5:5: {words}"]
    assert faults(PACK, "Shows visitors round.", f'"Shows{sign}visitors round."') == [f"pack.yaml:5:1: {words}"]


@pytest.mark.parametrize("text", ["\\x1c", "\\x1f \\x1e"])
def test_a_line_of_nothing_but_such_signs_is_a_fault_and_no_crash(text: str) -> None:
    [words] = faults(UNIT, "greet the visitor", text)
    assert "a sign that nobody sees; leave it out" in words


def test_a_line_may_be_broken_and_joined_as_scripts_of_india_are() -> None:
    files = pack_files()
    files[UNIT] = files[UNIT].replace("greet the visitor", "क्\\u200dष\\u200c, then\\nmore")
    assert read_bundle(uploads(files)).pack is not None


@pytest.mark.parametrize("taken", ["E1", "E12", "E1-2"])
def test_an_id_that_names_an_element_in_schemes_is_a_fault(taken: str) -> None:
    [words, *_] = faults(UNIT, "id: PC1,", f"id: {taken},")
    assert words == f"n9001.yaml:7:10: is {taken}, which names an element where marks are; write one such as PC1"
