"""Verifying the files of a draw: replayed whole, and whatever byte is edited is named with its file."""

import json
import random

import pytest

from assessments.bank import BankItem
from assessments.blueprint import BlueprintCell, ExamBlueprint
from assessments.draw_files import BANK, BLUEPRINT, FILES, MANIFEST, PAPERS, Bank, bank_line, draw_folder
from assessments.manifest import DrawRecord, Earlier, bank_hash, blueprint_hash, public_manifest, roster_hash, sealed
from assessments.papers import DrawRequest, draw, in_a_row
from assessments.seeds import DrawInputs, seed_of
from assessments.verification import verify

SECRETS = (bytes(range(32)), bytes(range(32, 64)))


@pytest.fixture(scope="module")
def files():
    """A small draw from two secrets, with neighbours, items met and an earlier session."""
    cells = tuple(BlueprintCell(ref=f"U{cell // 3}#PC{cell}", items=1, marks=2) for cell in range(6))
    items = tuple(
        BankItem(
            id=f"i{cell}-{number}",
            cell=f"U{cell // 3}#PC{cell}",
            expected=400 + 70 * number,
            options=("A", "B", "C"),
            parameters=({"k": "v"},) if number == 0 else (),
        )
        for cell in range(6)
        for number in range(5)
    )
    lines = {item.id: bank_line(item, {"stem": f"What of {item.id}, “really”?\u2028And\x85why?"}) for item in items}
    bank, blueprint = Bank(items=items, lines=lines), ExamBlueprint(cells=cells, minutes=30)
    names = tuple(f"c{number}" for number in range(8))
    inputs = DrawInputs(
        bank=bank_hash(items, bank.hashes), blueprint=blueprint_hash(blueprint), roster=roster_hash(names)
    )
    request = DrawRequest(
        blueprint=blueprint,
        items=items,
        candidates=names,
        seed=seed_of(inputs, agency=SECRETS[0], council=SECRETS[1]),
        met={"c1": frozenset({"i0-1"})},
        exposed={"i0-1": 3},
        taken=frozenset({"00" * 32}),
        neighbours=in_a_row(names),
        most_alike=3,
    )
    record = DrawRecord(
        assessment="A-1",
        item_hashes=bank.hashes,
        secrets=SECRETS,
        earlier=(Earlier(name="before", papers=(frozenset({"i0-1", "i1-1"}),)),),
    )
    return {name: text.encode() for name, text in draw_folder(record, draw(request), bank).items()}


def named_in(files):
    return {problem.place.file for problem in verify(files).problems}


def test_untouched_files_verify(files):
    found = verify(files)
    assert (found.papers, found.problems) == (8, ())
    assert found.manifest_sha256 == json.loads(files[MANIFEST])["sha256"]


def edited(files, name, place, chance):
    content = bytearray(files[name])
    content[place] = chance.choice([byte for byte in range(256) if byte != content[place]])
    return {**files, name: bytes(content)}


def check_edits(files, count, seed):
    """Edit one byte at a time, in files by turns, and see that its file is named."""
    chance = random.Random(seed)
    for turn in range(count):
        name = FILES[turn % len(FILES)]
        place = chance.randrange(len(files[name]))
        changed = edited(files, name, place, chance)
        assert name in named_in(changed), (name, place, changed[name][place])


def test_any_edited_byte_is_named_with_its_file(files):
    check_edits(files, 48, seed=1)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_any_of_very_many_edited_bytes_is_named(files):
    check_edits(files, 2_000, seed=2)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("place", [0, -1])
def test_a_byte_less_at_either_end_is_named(files, name, place):
    cut = files[name][1:] if place == 0 else files[name][:-1]
    assert name in named_in({**files, name: cut})


def test_a_paper_is_named_with_its_line_and_what_differs(files):
    lines = files[PAPERS].decode().split("\n")
    paper = json.loads(lines[2])
    before = paper["lines"][1]["options"]
    paper["lines"][1]["options"] = before[::-1]
    lines[2] = json.dumps(paper, sort_keys=True, separators=(",", ":"))
    (problem,) = verify({**files, PAPERS: "\n".join(lines).encode()}).problems
    assert (problem.place.file, problem.place.line) == (PAPERS, 3)
    assert str(problem.message) == f"the paper of c2, line 2: options is {before[::-1]!r}, the draw gives {before!r}"


def test_an_item_and_a_cell_are_named_with_their_lines(files):
    lines = files[BANK].decode().split("\n")
    lines[4] = lines[4].replace('"difficulty":0.68', '"difficulty":0.69')
    problems = verify({**files, BANK: "\n".join(lines).encode()}).problems
    assert (BANK, 5) in {(problem.place.file, problem.place.line) for problem in problems}
    text = files[BLUEPRINT].decode().replace("marks: 2", "marks: 3", 1).encode()
    problems = verify({**files, BLUEPRINT: text}).problems
    assert any(problem.place.file == BLUEPRINT and problem.place.line for problem in problems)


def test_a_figure_changed_with_the_manifests_hash_made_to_fit_is_still_found(files):
    manifest = json.loads(files[MANIFEST])
    manifest["overlap"]["worst"] = 0
    text = json.dumps(sealed(manifest), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    problems = verify({**files, MANIFEST: text.encode()}).problems
    assert any('"worst": 0' in str(problem.message) for problem in problems)


def test_a_seed_that_the_secrets_do_not_make_is_found(files):
    manifest = json.loads(files[MANIFEST])
    manifest["inputs"]["secrets"][0] = "00" * 32
    text = json.dumps(manifest, indent=1, sort_keys=True).encode()
    messages = [str(problem.message) for problem in verify({**files, MANIFEST: text}).problems]
    assert "inputs.seed: is not the seed that the two secrets make" in messages


def test_missing_and_strange_files_are_named(files):
    assert named_in({name: files[name] for name in FILES if name != PAPERS} | {"notes.txt": b""}) == {
        PAPERS,
        "notes.txt",
    }
    assert MANIFEST in named_in({PAPERS: files[PAPERS]})


def test_the_public_manifest_names_no_item_and_no_seed(files):
    manifest = json.loads(files[MANIFEST])
    text = json.dumps(public_manifest(manifest))
    assert manifest["inputs"]["seed"] not in text
    assert not any(secret.hex() in text for secret in SECRETS)
    assert not any(item in text for item in manifest["items"])
    assert public_manifest(manifest)["overlap"]["earlier"][0]["name"] == "before"


def test_exposure_own_and_earlier_adds_up(files):
    manifest = json.loads(files[MANIFEST])
    assert manifest["exposure"]["i0-1"]["earlier"] == 3
    assert sum(use["own"] for use in manifest["exposure"].values()) == 8 * 6
    assert all(use["total"] == use["own"] + use["earlier"] for use in manifest["exposure"].values())
