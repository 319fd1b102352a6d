"""Bundles written by earlier releases: read, recomputed, and as hard to forge as those of today."""

import json
import zipfile
from pathlib import Path

import pytest

from assessments.bundles import INDEX, read_bundle
from assessments.recompute import bundle_differences, recompute

# Written by the release whose format was the first: four candidates, one ruling, no time but the deadline.
FIRST = Path(__file__).parent.parent / "goldens" / "recompute-1.zip"


def test_the_first_format_is_read_and_comes_out_as_it_was_decided():
    with zipfile.ZipFile(FIRST) as archive:
        assert json.loads(archive.read(INDEX))["format"] == "yogyata-recompute/1"
    bundle = read_bundle(FIRST)
    again = list(recompute(bundle))
    assert bundle_differences(bundle) == ()
    assert len(again) == 4
    assert [str(difference) for one in again for difference in one.differences] == []
    assert all(one.found is not None and one.found == one.stored for one in again)
    assert all(candidate.time and candidate.time.started_at is None for candidate in bundle.candidates.values())


@pytest.mark.parametrize("sign", ["\u2028", "\u2029", "\x85"])
def test_a_sign_that_some_read_as_the_end_of_a_line_breaks_no_bundle(tmp_path, sign):
    target = tmp_path / "signs.zip"
    with zipfile.ZipFile(FIRST) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).decode().replace('"candidate":"', f'"candidate":"{sign}'))
    assert {number[0] for number in read_bundle(target).candidates} == {sign}


@pytest.mark.parametrize("moved", ["-03:00", "-04:00"])
def test_of_the_first_format_too_an_answer_moved_after_the_end_is_found(tmp_path, moved):
    target = tmp_path / "forged.zip"
    with zipfile.ZipFile(FIRST) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            if name == "answers.jsonl":
                first, *others = text.splitlines(keepends=True)
                text = "".join([first.replace("+00:00", moved), *others])
            new.writestr(name, text)
    bundle = read_bundle(target)
    (first, *others) = recompute(bundle)
    assert [str(one) for one in bundle_differences(bundle)] == [
        "answers.jsonl is not the file that the bundle was made with"
    ]
    assert "other answers count than the bundle says" in [str(difference) for difference in first.differences]
    assert [one.differences for one in others] == [()] * 3
