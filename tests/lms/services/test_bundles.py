"""A recompute bundle: the same bytes each time, nobody named, and every edit found on the file alone."""

import io
import json
import re
import subprocess
import sys
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner

from assessments.bundles import INDEX, LINES, SCHEME, read_bundle
from assessments.errors import BundleFaulty
from assessments.recompute import bundle_differences, recompute
from lms.cli import main
from lms.extensions import db
from lms.services import approval, bundles
from lms.services.errors import Absent
from lms.settings import ROOT
from lms.tables.people import PersonRow
from tests.lms.services import assessing_steps as steps
from tests.lms.services.ruling_steps import confirm, item_of, propose, released, submitted

# The bundle is made once in a test process: what is done to it afterwards needs no site.
_MADE: dict[str, bytes] = {}


@pytest.fixture
def file(request, tmp_path) -> Path:
    """The bundle of a released assessment with one ruling."""
    path = tmp_path / "bundle.zip"
    if not _MADE:
        request.getfixturevalue("app")
        actor = request.getfixturevalue("actor")
        row = released(actor, share="1/3", right=True)
        confirm(propose(actor("council"), item_of(row.candidates[0]), "void"))
        _MADE["bundle"] = written(actor, row, path).read_bytes()
        _MADE["names"] = "\n".join(row.name for row in db.session.query(PersonRow)).encode()
    path.write_bytes(_MADE["bundle"])
    return path


def written(actor, row, path: Path, login: str = "council") -> Path:
    code, pieces = bundles.bundle_of(actor(login), row.id)
    assert code == row.code
    path.write_bytes(b"".join(pieces))
    return path


def edited(file: Path, name: str, change, *, reindexed: bool = False) -> Path:
    """The bundle with one file changed; its index too when the forger knows how."""
    target = file.with_name("edited.zip")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(target, "w") as new:
        texts = {entry: old.read(entry).decode() for entry in old.namelist()}
        texts[name] = change(texts[name])
        if reindexed:
            index = json.loads(texts[INDEX])
            index["files"][name] = sha256(texts[name].encode()).hexdigest()
            texts[INDEX] = json.dumps(index)
        for entry, text in texts.items():
            new.writestr(entry, text)
    return target


def run(file: Path):
    return CliRunner().invoke(main, ["recompute", str(file)])


def test_every_result_comes_out_identical(file) -> None:
    lines = list(recompute(read_bundle(file)))
    assert len(lines) == 4
    assert all(line.differences == () and line.stored == line.found for line in lines)
    answer = run(file)
    assert answer.exit_code == 0, answer.output
    assert "All 4 results come out identical, with the same hashes." in answer.output


def test_the_same_assessment_gives_the_same_bytes(app, actor, tmp_path) -> None:
    row = released(actor)
    one = written(actor, row, tmp_path / "one.zip").read_bytes()
    assert one == written(actor, row, tmp_path / "two.zip", "council").read_bytes()


def test_nobody_is_named_and_no_rationale_is_given_away(file) -> None:
    with zipfile.ZipFile(file) as archive:
        assert sorted(archive.namelist()) == sorted([INDEX, SCHEME, *LINES])
        text = "".join(archive.read(name).decode() for name in archive.namelist())
    names = [name for name in _MADE["names"].decode().split("\n") if " " in name]
    assert names
    assert [name for name in names if name in text] == []
    assert "rationale" not in text


@pytest.mark.parametrize("name", [SCHEME, *LINES])
def test_a_changed_file_is_named(file, name: str) -> None:
    changed = edited(file, name, lambda text: text.rstrip("\n") + " \n")
    assert [str(words) for words in bundle_differences(read_bundle(changed))] == [
        f"{name} is not the file that the bundle was made with"
    ]
    assert run(changed).exit_code == 1


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("results.jsonl", '"outcome":"not_yet_competent"', '"outcome":"competent"', "the outcome is stored as"),
        ("results.jsonl", '"inputs_hash":"', '"inputs_hash":"f', "the hash of scheme and scores differs"),
        ("shares.jsonl", '"1/3"', '"1"', "is stored as"),
        ("candidates.jsonl", '"status":null', '"status":"disqualified"', "and comes out as disqualified"),
        ("rulings.jsonl", '"policy":"void"', '"policy":"full_marks"', None),
        ("answers.jsonl", '"counting":{"', '"counting":{"none":"A","', "other answers count than the bundle says"),
    ],
)
def test_a_forged_line_is_found_though_the_index_was_forged_too(file, name, old, new, words) -> None:
    changed = edited(file, name, lambda text: text.replace(old, new, 1), reindexed=True)
    bundle = read_bundle(changed)
    assert bundle_differences(bundle) == ()
    found = [str(line) for each in recompute(bundle) for line in each.differences]
    if words is None:  # the same marks come out when everything was right: no score depends on it
        assert found == []
    else:
        assert any(words in line for line in found), found


def test_a_paper_that_was_changed_is_refused_with_its_place(file) -> None:
    changed = edited(file, "papers.jsonl", lambda text: re.sub(r'"version":\d+', '"version":99', text, count=1))
    with pytest.raises(BundleFaulty, match=r"papers.jsonl:1: the paper of .* was changed after it was drawn"):
        read_bundle(changed)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: "{not json\n" + text, "keys.jsonl:1: "),
        (lambda text: '{"item":"x","version":1}\n' + text, "keys.jsonl:1: right is missing"),
        (lambda text: text.splitlines()[0] + "\n" + text, "is given twice"),
        (lambda text: "[" * 100_000, "keys.jsonl:1: "),
    ],
)
def test_faults_of_a_bundle_are_told_with_their_place(file, change, words) -> None:
    answer = run(edited(file, "keys.jsonl", change))
    assert answer.exit_code == 1
    assert words in answer.stderr


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not a zip", b"\0" * 1000])
def test_what_is_no_bundle_is_refused_in_words(tmp_path, content) -> None:
    path = tmp_path / "bundle.zip"
    path.write_bytes(content)
    answer = run(path)
    assert answer.exit_code == 1
    assert "this is not a bundle that can be read" in answer.stderr


def test_a_bundle_that_lacks_a_file_or_swells_is_refused(tmp_path, monkeypatch, file) -> None:
    lacking = tmp_path / "lacking.zip"
    with zipfile.ZipFile(lacking, "w") as archive:
        archive.writestr("bundle.json", "{}")
    with pytest.raises(BundleFaulty, match=r"not in the bundle: scheme.json"):
        read_bundle(lacking)
    monkeypatch.setattr("assessments.bundles.MOST_BYTES", 1000)
    with pytest.raises(BundleFaulty, match="holds more than any assessment does"):
        read_bundle(file)


def test_it_is_for_the_council_alone_once_results_are_released(app, actor) -> None:
    row = submitted(actor)
    for login in ("council", "agency"):
        with pytest.raises(Absent):
            bundles.bundle_of(actor(login), row.id)
    approval.verify(actor("agency"), row.id, now=steps.AFTER)
    approval.approve(actor("council"), row.id, now=steps.AFTER)
    approval.release(actor("council"), row.id, now=steps.AFTER)
    for login in ("agency", "assessor", "centre", "trainer", "agency2", "council2", "trainee"):
        with pytest.raises(Absent):
            bundles.bundle_of(actor(login), row.id)


def test_recomputing_needs_no_database_and_no_web(file) -> None:
    """In a process of its own, which never imports either."""
    probe = (
        "import sys; from lms.cli import main\n"
        "try: main(['recompute', sys.argv[1]])\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        "assert not {'flask', 'sqlalchemy'} & set(sys.modules), sorted({'flask', 'sqlalchemy'} & set(sys.modules))"
    )
    command = [sys.executable, "-c", probe, str(file)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_pieces_come_one_after_the_other(app, actor) -> None:
    row = released(actor)
    pieces = list(bundles.bundle_of(actor("council"), row.id)[1])
    assert len(pieces) > len(LINES)
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as archive:
        assert archive.testzip() is None
