"""A pack handed over as files: read whole, or every fault with its place."""

import io
import zipfile

import pytest

from curriculum.bundle import read_bundle
from curriculum.uploads import MOST_LISTED
from tests.lms.pack_files import pack_files, uploads, zipped


def faults(files: list[tuple[str, bytes]]) -> list[str]:
    bundle = read_bundle(files)
    assert bundle.pack is None
    return [str(problem) for problem in bundle.problems]


def test_a_pack_with_its_units_is_read_in_the_order_it_lists_them() -> None:
    bundle = read_bundle(uploads(dict(reversed(pack_files().items()))))
    assert [unit.code for unit in bundle.pack.units] == ["OTH/N9001", "OTH/N9002"]
    assert bundle.problems == ()


@pytest.mark.parametrize("folder", ["", "my pack/units/"])
def test_a_zip_counts_as_the_files_in_it(folder: str) -> None:
    bundle = read_bundle([("pack.zip", zipped(pack_files(), folder))])
    assert bundle.pack == read_bundle(uploads(pack_files())).pack


def test_a_missing_unit_file_is_named_at_the_line_that_lists_it() -> None:
    files = pack_files()
    del files["n9002.yaml"]
    [fault] = faults(uploads(files))
    assert fault.startswith("pack.yaml:9:27: error: units.compulsory.1: OTH/N9002 is listed")


def test_text_that_is_no_yaml_is_told_with_line_and_column_and_nothing_else_is_blamed() -> None:
    files = {**pack_files(), "n9001.yaml": "code: [OTH/N9001\ntitle: x"}
    [fault] = faults(uploads(files))
    assert fault.startswith("n9001.yaml:2:")


def test_a_key_given_twice_is_a_fault() -> None:
    files = pack_files()
    files["n9001.yaml"] += "title: Again\n"
    [fault] = faults(uploads(files))
    assert "n9001.yaml:11:1" in fault
    assert "given twice" in fault


def test_a_misspelt_name_says_what_was_meant() -> None:
    files = pack_files()
    files["n9001.yaml"] = files["n9001.yaml"].replace("knowledge:", "knowlege:")
    [fault] = faults(uploads(files))
    assert "did you mean `knowledge`?" in fault


def test_a_missing_file_is_told_beside_the_faults_of_another() -> None:
    files = pack_files()
    del files["n9002.yaml"]
    files["n9001.yaml"] = files["n9001.yaml"].replace("knowledge:", "knowlege:")
    told = faults(uploads(files))
    assert len(told) == 2
    assert any("OTH/N9002 is listed" in fault for fault in told)


def test_a_unit_that_the_pack_does_not_list_is_a_fault() -> None:
    files = pack_files()
    files["pack.yaml"] = files["pack.yaml"].replace(", OTH/N9002", "")
    [fault] = faults(uploads(files))
    assert "n9002.yaml:1:1" in fault
    assert "not listed" in fault


def test_the_same_unit_in_two_files_is_a_fault() -> None:
    files = pack_files()
    [fault] = faults(uploads({**files, "copy.yaml": files["n9001.yaml"]}))
    assert "is in n9001.yaml already" in fault


def test_two_packs_at_once_are_refused() -> None:
    assert any(
        "several packs" in fault
        for fault in faults(uploads(pack_files()) + uploads({"b.yaml": pack_files("ABC")["pack.yaml"]}))
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"", "neither a pack nor a unit"),
        (b"just words", "neither a pack nor a unit"),
        (b"a: b", "neither a pack"),
        (b"PK\x03\x04 broken", "cannot be unpacked"),
        (b"x: " + b"[" * 100_000, "nested"),
        (b"- " * 100_000, "nested"),
    ],
)
def test_a_file_of_another_kind_is_told_and_breaks_nothing(content: bytes, words: str) -> None:
    assert any(words in fault for fault in faults([*uploads(pack_files()), ("odd.yaml", content)]))


def test_no_files_at_all_are_a_fault() -> None:
    assert "no pack among the files" in faults([])[0]


def test_a_zip_that_unpacks_to_too_much_is_not_unpacked() -> None:
    [fault] = faults([("bomb.zip", zipped({"pack.yaml": "#" * 20_000_000}))])
    assert "unpacks to more than" in fault


def test_a_zip_packed_in_a_damaged_way_of_another_kind_is_told_in_words() -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("pack.yaml", "code: A\n" * 200)
    content = bytearray(held.getvalue())
    start = content.find(b"pack.yaml") + len("pack.yaml")
    content[start + 4] = 0xFF  # the settings of its compression
    [fault] = faults([("odd.zip", bytes(content))])
    assert "cannot be unpacked" in fault


def test_a_zip_with_an_endless_list_of_nothing_is_not_read() -> None:
    [fault] = faults([("many.zip", zipped({f"{number}.txt": "" for number in range(MOST_LISTED + 1)}))])
    assert "unpacks to more than" in fault


def test_oddities_keep_their_place_and_do_not_stop_the_pack() -> None:
    bundle = read_bundle(uploads(pack_files(first="greet the (visitor")))
    assert bundle.pack is not None
    assert str(bundle.problems[0]).startswith("n9001.yaml:7:30: warning: OTH/N9001#PC1")


def test_an_element_without_criteria_is_a_fault_of_its_unit() -> None:
    files = pack_files()
    files["n9001.yaml"] = files["n9001.yaml"].replace("knowledge:", "  - {title: Nothing, criteria: []}\nknowledge:")
    assert any("has no criteria" in fault and "n9001.yaml" in fault for fault in faults(uploads(files)))
