"""`yogyata pack import`: what a published text holds, as JSON or as files; or why it holds no pack."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assessments.model import Cell, Component
from assessments.scheme import load_scheme
from curriculum.loading import load_pack
from lms.cli import main
from tests.published import TEXTS

TEXT, META = TEXTS / "asc-q1106.txt", TEXTS / "asc-q1106.meta.yaml"


def run(*arguments: object) -> Result:
    ended = CliRunner().invoke(main, ["pack", "import", *(str(argument) for argument in arguments)])
    assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
    return ended


def files_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_without_options_it_lists_the_units_and_what_is_odd() -> None:
    ended = run(TEXTS / "exa-q0104.txt")
    assert ended.exit_code == 0
    lines = ended.output.splitlines()
    assert lines[0] == "Neighbourhood Plumber (EXA/Q0104, version 2.0, NSQF level 4.5)"
    assert lines[1] == "EXA/N0134: Mend taps, pipes and cisterns in people’s homes"
    assert lines[2] == "    elements: 3, criteria: 9, knowledge: 4, skills: 2"
    assert any(line.endswith("skills: 1, elective") for line in lines)
    assert any("exa-q0104.txt:114:1: warning: PC7 stands where PC6 should" in line for line in lines)


def test_json_has_the_pack_its_units_in_order_and_every_problem_with_its_line() -> None:
    ended = run(TEXT, "--meta", META, "--json")
    value = json.loads(ended.output)
    assert ended.exit_code == 0
    assert value["pack"]["code"] == "ASC/Q1106"
    assert [unit["code"] for unit in value["units"]] == value["pack"]["units"]["compulsory"]
    assert value["units"][1]["elements"][0]["criteria"][3] == {
        "id": "PC4",
        "code": "PC4..",
        "text": "work in ways that show respect for colleagues",
    }
    [odd] = [problem for problem in value["problems"] if problem["line"] == 56]
    assert (odd["severity"], odd["message"]) == ("warning", "the code is printed PC4.. and kept so")


def test_files_are_written_that_load_as_the_pack(tmp_path: Path) -> None:
    ended = run(TEXT, "--meta", META, "-o", tmp_path)
    assert ended.exit_code == 0
    pack, problems = load_pack(tmp_path / "packs" / "asc-q1106.yaml", tmp_path / "units")
    assert pack is not None, problems
    assert [unit.title for unit in pack.units][1] == "Work effectively in a team"
    assert len(files_in(tmp_path)) == 6


def test_writing_the_same_again_changes_nothing_and_other_content_is_kept(tmp_path: Path) -> None:
    run(TEXT, "--meta", META, "-o", tmp_path)
    assert run(TEXT, "--meta", META, "-o", tmp_path).exit_code == 0
    changed = tmp_path / "units" / "asc-n0003.yaml"
    changed.write_text("code: mine\n")
    (tmp_path / "units" / "asc-n0001.yaml").unlink()
    ended = run(TEXT, "--meta", META, "-o", tmp_path)
    assert ended.exit_code == 1
    assert "asc-n0003.yaml: error: is there already with other content" in ended.output
    assert changed.read_text() == "code: mine\n"
    assert not (tmp_path / "units" / "asc-n0001.yaml").exists()


def test_a_pack_without_codes_is_not_written(tmp_path: Path) -> None:
    ended = run(TEXT, "-o", tmp_path / "new")
    assert ended.exit_code == 1
    assert "has no code for the pack or for a unit; give them with --meta" in ended.output
    assert not (tmp_path / "new").exists()


def test_faults_of_what_stands_beside_are_told_with_their_place(tmp_path: Path) -> None:
    meta = tmp_path / "meta.yaml"
    meta.write_text("code: ASC/Q1106\nversoin: '1.0'\n")
    ended = run(TEXT, "--meta", meta)
    assert ended.exit_code == 1
    assert "meta.yaml:2:1: error:" in ended.output
    assert "did you mean `version`?" in ended.output


def test_units_given_beside_must_be_as_many_as_the_text_has(tmp_path: Path) -> None:
    meta = tmp_path / "meta.yaml"
    meta.write_text("code: ASC/Q1106\nversion: '1.0'\nunits: [ASC/N0001]\n")
    ended = run(TEXT, "--meta", meta, "-o", tmp_path / "new")
    assert ended.exit_code == 1
    assert "codes are given for 1 units, the text has 5" in ended.output
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(("shown_as", "sign"), [("json", '"errors": 1'), ("github", "::error file=")])
def test_a_file_that_is_no_pack_is_refused_in_each_format(tmp_path: Path, shown_as: str, sign: str) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Sir or Madam")
    ended = run(letter, "--format", shown_as)
    assert ended.exit_code == 1
    assert sign in ended.output
    assert "holds no unit with performance criteria" in ended.output


def test_printed_marks_come_out_as_a_scheme_of_samples_unless_somebody_says_they_are_official(tmp_path: Path) -> None:
    ended = run(TEXTS / "exa-q0104.txt", "-o", tmp_path, "--official-marks", "--json")
    assert ended.exit_code == 0
    assert "schemes/exa-q0104.yaml" in files_in(tmp_path)
    scheme, _, problems = load_scheme(tmp_path / "schemes" / "exa-q0104.yaml")
    assert scheme is not None, problems
    assert (scheme.marks_status, scheme.pass_rule.aggregate_percent) == ("official", "70")
    assert scheme.cells()[Cell("EXA/N0134#PC1", Component.THEORY)] == 4  # halves
    value = json.loads(run(TEXTS / "exa-q0104.txt", "--json").output)
    assert value["scheme"]["marks_status"] == "sample"
    assert value["scheme"]["pass_rule"]["unit_weights"]["EXA/N0134"] == 60


def test_notes_tell_what_was_left_out() -> None:
    ended = run(TEXTS / "ras-q0301.txt", "--notes")
    assert (
        "ras-q0301.txt:13-14: note: is the title again, repeated by a page: Seller Activation Executive" in ended.output
    )


def changed(folder: Path, old: str, new: str) -> Path:
    """The text of a pack with one thing in it changed, as a file."""
    text = TEXTS.joinpath("exa-q0104.txt").read_text(encoding="utf-8")
    assert old in text
    path = folder / "pack.txt"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


@pytest.mark.parametrize("level", ["४", "400", "-7"])
def test_a_level_that_no_scheme_can_go_by_stops_nothing(tmp_path: Path, level: str) -> None:
    ended = run(changed(tmp_path, "NSQF Level\n4.5", f"NSQF Level\n{level}"), "--json")
    assert ended.exit_code == 0
    assert "scheme" in json.loads(ended.output)


def test_a_unit_without_criteria_stops_the_scheme_in_words(tmp_path: Path) -> None:
    ended = run(changed(tmp_path, "PC", "XX"), "--json")
    assert "the marks that are printed make no scheme" in ended.output


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ('code: "A\\0B"', "code: is"),
        (f"code: {'A' * 5000}", "code: is"),
        ('code: "A\\nB"', "code: is"),
        ("nsqf_level: .nan", "nsqf_level: is `.nan`; write it like `4` or `4.5`"),
        ("nsqf_level: '-5'", "nsqf_level: is `-5`; write it like `4` or `4.5`"),
    ],
)
def test_facts_that_no_file_or_scheme_could_carry_are_refused(tmp_path: Path, given: str, words: str) -> None:
    meta = tmp_path / "meta.yaml"
    meta.write_text(given, encoding="utf-8")
    ended = run(TEXT, "--meta", meta, "-o", tmp_path / "out")
    assert ended.exit_code == 1
    assert words in ended.output
    assert not (tmp_path / "out").exists()


def test_two_units_with_one_code_are_never_written_over_each_other(tmp_path: Path) -> None:
    ended = run(changed(tmp_path, "EXA/N0136", "EXA/N0135"), "-o", tmp_path / "out")
    assert ended.exit_code == 1
    assert "EXA/N0135" in ended.output
    assert not (tmp_path / "out").exists()
    meta = tmp_path / "meta.yaml"
    meta.write_text("code: ASC/Q1106\nunits: [A/N1, A-N1, ASC/N0003, ASC/N0004, ASC/N0005]\n", encoding="utf-8")
    ended = run(TEXT, "--meta", meta, "-o", tmp_path / "out")
    assert "A/N1 stands for more than one part of it" in ended.output
    assert not (tmp_path / "out").exists()


def test_a_folder_or_a_pipe_where_a_file_should_be_is_told(tmp_path: Path) -> None:
    assert run(TEXT, "--meta", META, "-o", tmp_path).exit_code == 0
    first, second = sorted((tmp_path / "units").iterdir())[:2]
    first.unlink()
    first.mkdir()
    second.unlink()
    os.mkfifo(second)
    ended = run(TEXT, "--meta", META, "-o", tmp_path)
    assert ended.exit_code == 1
    assert f"{first}: error: is there already" in ended.output
    assert f"{second}: error: is there already" in ended.output


def test_what_cannot_be_written_leaves_no_folders_behind(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "units").write_text("in the way", encoding="utf-8")
    ended = run(TEXT, "--meta", META, "-o", out)
    assert "cannot be written" in ended.output
    assert files_in(tmp_path) == ["out/units"]
    assert [path.name for path in out.iterdir()] == ["units"]


def test_an_interrupted_writing_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    renamed = []

    def interrupted(self: Path, target: Path) -> Path:
        if len(renamed) == 2:
            raise KeyboardInterrupt
        renamed.append(target)
        Path.replace(self, target)
        return target

    monkeypatch.setattr(Path, "rename", interrupted)
    CliRunner().invoke(main, ["pack", "import", str(TEXT), "--meta", str(META), "-o", str(tmp_path / "out")])
    assert len(renamed) == 2
    assert not (tmp_path / "out").exists()


def test_a_file_name_that_is_no_text_is_told_and_harms_nothing(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"pack\xff.txt")
    path.write_bytes(TEXTS.joinpath("exa-q0104.txt").read_bytes())
    assert json.loads(run(path, "--json").output)["pack"]["code"] == "EXA/Q0104"
    assert run(path, "-o", tmp_path / "out").exit_code == 0


def test_oddities_of_one_kind_are_told_once_with_all_their_places(tmp_path: Path) -> None:
    file = tmp_path / "asc.txt"
    file.write_text((TEXTS / "asc-q1106.txt").read_text(encoding="utf-8"), encoding="utf-8")
    output = run(file).output
    [told] = [line for line in output.splitlines() if "33 times: the code is printed … and kept so" in line]
    first = next(n for n, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1) if "PC4.. work" in line)
    assert told.startswith(f"{file}:{first}:1: warning: ")
    assert f"    {first} PC4.., " in output
    assert output.count("PC20..") == 1
    assert "35 warnings" in output
