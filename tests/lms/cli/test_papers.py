"""Papers from the command line: drawn, verified, refused with every fault, nothing half-written."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assessments.draw_files import FILES, MANIFEST, PAPERS
from lms.cli import main

BANK = "".join(
    json.dumps({"id": f"i{cell}-{number}", "cell": f"PC{cell}", "difficulty": 0.5}) + "\n"
    for cell in range(3)
    for number in range(4)
)
BLUEPRINT = "cells: {PC0: 1, PC1: 1, PC2: 2}\n"


def run(*args: object) -> Result:
    return CliRunner().invoke(main, ["papers", *map(str, args)], catch_exceptions=False)


@pytest.fixture
def bank(tmp_path: Path) -> tuple[object, ...]:
    (tmp_path / "items.jsonl").write_text(BANK)
    (tmp_path / "blueprint.yaml").write_text(BLUEPRINT)
    return ("--bank", tmp_path / "items.jsonl", "--blueprint", tmp_path / "blueprint.yaml")


@pytest.mark.parametrize("code", ["ASC/Q1106", "RAS/Q0301"])
def test_papers_of_a_shipped_pack_are_drawn_and_verified(tmp_path, code):
    drawn = run("draw", "--pack", code, "--candidates", 20, "--seed", "00ff", "-o", tmp_path / "draw")
    assert drawn.exit_code == 0, drawn.output
    assert "specimen" in drawn.output
    assert {path.name for path in (tmp_path / "draw").iterdir()} == set(FILES)
    assert "key" not in json.loads((tmp_path / "draw" / "bank.jsonl").read_text().splitlines()[0])["face"]
    found = run("verify", tmp_path / "draw")
    assert (found.exit_code, found.output.splitlines()[0]) == (0, "20 papers drawn again: every byte is the same.")


def test_only_the_units_named_are_asked(tmp_path):
    args = ("--pack", "ASC/Q1106", "--unit", "ASC/N1105", "--candidates", 3, "--seed", "01", "-o", tmp_path / "draw")
    assert run("draw", *args).exit_code == 0
    lines = (tmp_path / "draw" / PAPERS).read_text().splitlines()
    assert {line["cell"].partition("#")[0] for paper in lines for line in json.loads(paper)["lines"]} == {"ASC/N1105"}


def test_a_bank_of_ones_own_gives_the_same_bytes_for_the_same_seed_and_an_edit_is_named(tmp_path, bank):
    for name in ("one", "other"):
        assert run("draw", *bank, "--papers", 9, "--seed", "c0ffee", "-o", tmp_path / name).exit_code == 0
    assert all((tmp_path / "one" / name).read_bytes() == (tmp_path / "other" / name).read_bytes() for name in FILES)
    text = (tmp_path / "one" / PAPERS).read_text()
    (tmp_path / "one" / PAPERS).write_text(text.replace('"number":2', '"number":3', 1))
    found = run("verify", tmp_path / "one", "--json")
    (problem,) = json.loads(found.output)["problems"]
    assert found.exit_code == 1
    assert (problem["file"], problem["line"]) == (PAPERS, 1)
    assert "the paper of C0001, line 2: number is 3, the draw gives 2" in problem["message"]


def test_a_seed_from_two_secrets(tmp_path, bank):
    commitments = [run("secret", tmp_path / name).output for name in ("agency", "council")]
    secrets = ("--agency-secret", tmp_path / "agency", "--council-secret", tmp_path / "council")
    assert run("draw", *bank, "--papers", 5, *secrets, "-o", tmp_path / "draw").exit_code == 0
    manifest = json.loads((tmp_path / "draw" / MANIFEST).read_text())
    assert [f"Commitment: {manifest['commitments'][side]}\n" for side in ("agency", "council")] == commitments
    assert run("verify", tmp_path / "draw").exit_code == 0
    assert "never written over" in run("secret", tmp_path / "agency").output


def test_a_second_session_differs_from_the_first_and_says_how_much(tmp_path, bank):
    run("draw", *bank, "--papers", 5, "--seed", "01", "-o", tmp_path / "first")
    args = ("--papers", 5, "--seed", "01", "--earlier", tmp_path / "first", "-o", tmp_path / "second")
    assert run("draw", *bank, *args).exit_code == 0
    manifest = json.loads((tmp_path / "second" / MANIFEST).read_text())
    assert manifest["overlap"]["earlier"][0]["papers"] == 5
    assert sum(use["earlier"] for use in manifest["exposure"].values()) == 20
    assert run("verify", tmp_path / "second").exit_code == 0


def test_all_faults_come_at_once_and_nothing_is_written(tmp_path, bank):
    (tmp_path / "items.jsonl").write_text(BANK + '{"id": "i0-0", "cell": "PC0", "difficulty": 2}\n{"id": "x"\n')
    (tmp_path / "blueprint.yaml").write_text("cells: {PC0: -1}\n")
    found = run("draw", *bank, "--papers", "many", "--seed", "xyz", "-o", tmp_path / "draw")
    assert found.exit_code == 1
    for words in (
        "--seed: 'xyz' is not hexadecimal",
        "--candidates: 'many' is not a number of papers",
        f"{tmp_path}/blueprint.yaml:1:9: error: cells.PC0.items",
        f"{tmp_path}/items.jsonl:13: error: difficulty: ",
        f"{tmp_path}/items.jsonl:14:",
    ):
        assert words in found.output
    assert {path.name for path in tmp_path.iterdir()} == {"items.jsonl", "blueprint.yaml"}


@pytest.mark.parametrize(
    ("blueprint", "count", "words"),
    [
        ("cells: {PC0: 5, PC1: 1, PC2: 9}", 1, "Items for PC0: 5 needed, 4 in the bank\nItems for PC2: 9 needed"),
        ("cells: {PC0: 1, PC1: 0, PC2: 0}", 5, "5 different papers are needed, the bank gives only 4"),
        ("cells: {PC0: 1, PC1: 1, PC2: 1}\nmax_exposure: 0.1", 10, "PC0 has 4 items; 10 are needed"),
    ],
)
def test_a_blueprint_that_the_bank_cannot_meet_is_refused(tmp_path, bank, blueprint, count, words):
    (tmp_path / "blueprint.yaml").write_text(blueprint)
    found = run("draw", *bank, "--papers", count, "--seed", "00", "-o", tmp_path / "draw")
    assert found.exit_code == 1
    assert words in found.output
    assert not (tmp_path / "draw").exists()


def test_a_folder_with_something_in_it_is_kept_unless_forced_and_never_if_it_is_no_draw(tmp_path, bank):
    args = (*bank, "--papers", 2, "--seed", "00", "-o", tmp_path / "draw")
    assert run("draw", *args).exit_code == 0
    assert "is not empty; --force replaces" in run("draw", *args).output
    assert run("draw", *args, "--force").exit_code == 0
    (tmp_path / "draw" / "thesis.txt").write_text("mine")
    found = run("draw", *args, "--force")
    assert (found.exit_code, "thesis.txt" in found.output) == (1, True)
    assert (tmp_path / "draw" / "thesis.txt").read_text() == "mine"


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ((), "give --pack CODE, or --bank FILE"),
        (("--pack", "XX/Q1"), "there is no shipped pack XX/Q1; there are ASC/Q1106, EMP/Q0001, RAS/Q0301"),
        (("--pack", "ASC/Q1106", "--unit", "XX/N1"), "--unit: not in the scheme: XX/N1"),
        (("--bank", "b"), "--bank needs --blueprint"),
        (("--pack", "ASC/Q1106", "--agency-secret", "a"), "give both --agency-secret and --council-secret"),
    ],
)
def test_options_that_do_not_fit_are_refused(tmp_path, args, words):
    found = run("draw", *args, "--papers", 1, "--seed", "00", "-o", tmp_path / "draw")
    assert found.exit_code == 1
    assert words in found.output


def test_verifying_what_is_no_folder_is_refused(tmp_path):
    assert run("verify", tmp_path / "none").exit_code == 1
