"""The checks of content as authors meet them: any files and folders, every fault at its line, three formats."""

import json
import os
import random
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lms.cli import main
from lms.cli.content_checks import check_content, lacking
from lms.cli.content_files import read_content, shipped_files
from lms.cli.content_kinds import FOLDERS, Kind, kind_by_folder
from lms.cli.fault_formats import FORMATS
from lms.settings import ROOT

EXAMPLES = ROOT / "examples"
SHIPPED = shipped_files()
# Words of the libraries beneath, which say nothing to an author.
FOREIGN = ("Input should", "Value error", "validation", "valid string", "mapping values", "block mapping", "pydantic")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A council's own folder with a whole small pack in it; the person stands there."""
    layout = {
        "pack.yaml": "packs/ex-q0001.yaml",
        "ex-q0001-u1.yaml": "units/ex-q0001-u1.yaml",
        "items.yaml": "items/ex-q0001-u1.yaml",
        "tasks.yaml": "practicals/ex-q0001-u1.yaml",
        "scheme.yaml": "schemes/ex-q0001.yaml",
        "lesson.md": "lessons/ex-q0001-u1/01-every-leak.md",
        "drawings/two-holes.svg": "lessons/ex-q0001-u1/drawings/two-holes.svg",
    }
    for source, target in layout.items():
        (tmp_path / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(EXAMPLES / source, tmp_path / target)
    lesson = tmp_path / layout["lesson.md"]
    more = ("situation", "examples", "checklist", "practice", "summary")
    listed = "".join(f"  - title: Of {part}\n    part: {part}\n" for part in more)
    text = lesson.read_text().replace("---\n\n##", f"{listed}---\n\n##", 1) + "\nMore to read. " * 200
    lesson.write_text(text + "".join(f"\n\n## Of {part}\n\nWords.\n" for part in more))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str) -> Result:
    answer = CliRunner().invoke(main, list(words), prog_name="yogyata")
    assert answer.exception is None or isinstance(answer.exception, SystemExit), answer.exception
    return answer


def told(*words: str) -> list[str]:
    """The lines of a check that tell a fault."""
    return [line for line in run(*words, "--no-warnings").output.splitlines()[:-1] if line]


def change(path: Path, before: str, after: str) -> None:
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after, 1))


def test_a_whole_folder_has_no_errors(folder: Path) -> None:
    answer = run("check", ".")
    assert answer.exit_code == 0
    assert answer.output.splitlines() == [
        "units/ex-q0001-u1.yaml:14:19: warning: EX/Q0001-U1#PC2: is printed “PC2.”",
        "",
        "0 errors, 1 warning",
    ]


def test_without_paths_the_shipped_content_is_checked_and_paths_are_from_where_one_stands(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT / "curriculum")
    answer = run("pack", "check")
    assert answer.exit_code == 0
    assert answer.output.splitlines()[0].startswith("units/asc-n0001.yaml:")


@pytest.mark.parametrize("word", ["pack", "bank", "task", "lesson", "scheme"])
def test_each_kind_has_a_check_of_its_own_and_the_shipped_content_passes_it(word: str) -> None:
    answer = run(word, "check", "--no-warnings")
    assert (answer.exit_code, answer.output) == (0, "0 errors, 0 warnings\n")


def test_codes_name_shipped_units_and_packs_however_they_are_cased() -> None:
    assert run("check", "asc/n1105").exit_code == 0
    assert "asc-n0002.yaml" in run("check", "ASC/Q1106").output
    assert "asc-n0002.yaml" not in run("check", "RAS/Q0301").output


def test_a_path_that_is_not_there_is_wrong_use_and_says_what_was_meant() -> None:
    answer = run("check", "ASC/N1150")
    assert answer.exit_code == 2
    assert "no unit or pack of that code; did you mean `ASC/N110" in answer.output
    assert run("bank", "check", "nowhere.yaml").exit_code == 2


def test_a_check_of_one_kind_leaves_the_other_files_of_a_folder_alone(folder: Path) -> None:
    change(folder / "items/ex-q0001-u1.yaml", "difficulty: easy", "difficulty: esay")
    change(folder / "practicals/ex-q0001-u1.yaml", "minutes: 20", "minutes: 2000")
    assert told("bank", "check", ".") == [
        "items/ex-q0001-u1.yaml:8:5: error: items.0.difficulty: "
        "is `esay`; write easy, medium or hard; did you mean `easy`?"
    ]
    assert told("task", "check", ".") == [
        "practicals/ex-q0001-u1.yaml:18:5: error: tasks.0.minutes: is 2000; write at most 120"
    ]
    assert told("lesson", "check", ".") == []


def test_a_single_file_finds_its_unit_beside_it(folder: Path) -> None:
    change(folder / "items/ex-q0001-u1.yaml", "criteria: [PC1]", "criteria: [PC1, PC11]")
    assert told("check", "items/ex-q0001-u1.yaml") == [
        "items/ex-q0001-u1.yaml:7:21: error: items.0.criteria.1: PC11 is not in EX/Q0001-U1; did you mean `PC1`?"
    ]


def test_a_file_of_a_unit_that_nobody_knows_is_told_with_the_unit_that_was_meant(folder: Path) -> None:
    change(folder / "items/ex-q0001-u1.yaml", "unit: EX/Q0001-U1", "unit: EX/Q0001-U11")
    assert (
        "items/ex-q0001-u1.yaml:3:1: error: unit: there is no unit `EX/Q0001-U11`; did you mean `EX/Q0001-U1`?"
        in told("check", ".")
    )


def test_faults_of_all_files_come_at_once_in_order_of_file_and_line(folder: Path) -> None:
    change(folder / "schemes/ex-q0001.yaml", "pack: EX/Q0001", "pack: EX/Q0002")
    change(folder / "packs/ex-q0001.yaml", "title:", "titel:")
    change(folder / "items/ex-q0001-u1.yaml", "key: B", "key: E")
    change(folder / "units/ex-q0001-u1.yaml", "text: find", "txt: find")
    places = [line.split(": ")[0] for line in told("check", ".")]
    assert places == sorted(places, key=lambda place: (place.split(":")[0], *map(int, place.split(":")[1:])))
    assert {place.split("/")[0] for place in places} == {"items", "packs", "practicals", "lessons", "schemes", "units"}


def test_a_lesson_points_at_the_heading_and_at_the_line_of_the_front_matter(folder: Path) -> None:
    path = folder / "lessons/ex-q0001-u1/01-every-leak.md"
    change(path, "## Remove the cause", "## Remove a cause")
    change(path, "knowledge: [KU1]", "knowledge: [KU1, PC1]")
    assert told("lesson", "check", ".") == [
        "lessons/ex-q0001-u1/01-every-leak.md:14:5: error: sections.1.title: "
        "no heading `## …` has these words; did you mean `Remove a cause`?",
        "lessons/ex-q0001-u1/01-every-leak.md:43:1: error: "
        "the heading `Remove a cause` is no section of the front matter; did you mean `Remove the cause`?",
    ]
    change(path, "## Remove a cause", "## Remove the cause")
    assert told("lesson", "check", ".") == [
        "lessons/ex-q0001-u1/01-every-leak.md:17:22: error: sections.1.knowledge.1: "
        "PC1 is not in the knowledge of EX/Q0001-U1"
    ]


def test_two_files_for_one_unit_and_a_name_that_is_not_its_code_are_told(folder: Path) -> None:
    shutil.copy(folder / "items/ex-q0001-u1.yaml", folder / "items/more.yaml")
    output = run("bank", "check", ".").output
    assert "items/more.yaml:3:1: error: unit: EX/Q0001-U1 is in items/ex-q0001-u1.yaml already; keep one" in output
    assert "items/more.yaml:3:1: warning: unit: EX/Q0001-U1 is looked for in ex-q0001-u1.yaml" in output


def test_two_lessons_do_not_share_a_place(folder: Path) -> None:
    first = folder / "lessons/ex-q0001-u1/01-every-leak.md"
    shutil.copy(first, first.with_name("02-copy.md"))
    assert [line.split("error: ")[1].split(" is ")[0] for line in told("lesson", "check", ".")] == [
        "slug: every-leak-and-its-cause",
        "position: lesson 1 of EX/Q0001-U1",
    ]


def test_json_is_a_list_of_faults_with_their_number(folder: Path) -> None:
    change(folder / "items/ex-q0001-u1.yaml", "use: exam", "use: exma")
    answer = run("check", ".", "--format", "json")
    assert answer.exit_code == 1
    assert json.loads(answer.output) == {
        "errors": 1,
        "warnings": 1,
        "problems": [
            {
                "file": "items/ex-q0001-u1.yaml",
                "line": 6,
                "column": 5,
                "severity": "error",
                "path": "items.0.use",
                "message": "is `exma`; write exam or practice; did you mean `exam`?",
            },
            {
                "file": "units/ex-q0001-u1.yaml",
                "line": 14,
                "column": 19,
                "severity": "warning",
                "path": "EX/Q0001-U1#PC2",
                "message": "is printed “PC2.”",
            },
        ],
    }


def test_github_gets_a_command_for_each_fault_with_its_signs_escaped(folder: Path) -> None:
    odd = folder / "a,b:100%.yaml"
    odd.write_text('unit: EX/Q0001-U1\nitems: []\n"50%": x\n')
    answer = run("check", odd.name, "--format", "github")
    assert answer.exit_code == 1
    assert answer.output.splitlines()[0] == (
        "::error file=a%2Cb%3A100%25.yaml,line=3,col=1::50%25: unknown name `50%25`; known here: unit, items"
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty; here belong at least `unit`, `items`"),
        (b"# only a comment\n", "is empty"),
        (b"just words", "holds no `name: value`"),
        (b"\xff\xfeu\x00", "not UTF-8 text but UTF-16"),
        (b"\x89PNG\x00\x01", "another kind of file"),
        (b"unit: caf\xe9\n", ":1:10: error: is not UTF-8 text from here on"),
        (b"unit: X\n\titems: []\n", ":2:1: error: cannot be read as YAML: a tab stands here; indent with spaces"),
        (b"unit: X\x01\n", ":1:8: error: cannot be read as YAML: an invisible sign (U+0001)"),
        (b"unit: a: b\n", "put text that holds `: ` in quotes"),
        (b"unit: [a\nitems: b\n", ":2:"),
        (b"unit: @x\n", "text that begins with `@` needs quotes"),
        (b"? [a]\n: b\n", "a list or a group stands where a name should"),
        (b"a: 1\n---\nb: 2\n", "begins a second document"),
        (b"x" * 2_000_001, "larger than 2 MB"),
        (b'"\\e[2J": x\n', "unknown name `<U+001B>[2J`"),
    ],
)
def test_a_file_of_another_kind_is_told_in_plain_words(folder: Path, content: bytes, words: str) -> None:
    (folder / "items/odd.yaml").write_bytes(content)
    lines = told("check", "items/odd.yaml")
    assert any(words in line for line in lines), lines
    assert all(line.startswith("items/odd.yaml:") and line.isprintable() for line in lines)


def test_windows_line_ends_and_a_byte_order_mark_change_nothing(folder: Path) -> None:
    for path in [*folder.rglob("*.yaml"), *folder.rglob("*.md")]:
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert told("check", ".") == []
    change(folder / "items/ex-q0001-u1.yaml", "use: exam", "use: exma")
    assert told("check", ".")[0].startswith("items/ex-q0001-u1.yaml:6:5:")


def test_links_that_lead_nowhere_and_pipes_are_told_and_never_waited_for(folder: Path) -> None:
    (folder / "items/loop.yaml").symlink_to("loop.yaml")
    (folder / "items/gone.yaml").symlink_to("nowhere.yaml")
    (folder / "items/round").symlink_to("..")
    os.mkfifo(folder / "items/pipe.yaml")
    lines = told("check", "items", "items/loop.yaml")
    assert [line.split(": error: ")[1].split(";")[0] for line in lines] == [
        "is not there, or is a link to a file that is not there",
        "is a link that leads back to itself",
        "is no file that holds text, but a folder or a device",
    ]


def test_a_file_that_may_not_be_read_is_told(folder: Path) -> None:
    closed = folder / "items/ex-q0001-u1.yaml"
    closed.chmod(0)
    before = os.geteuid()
    os.seteuid(65534 if before == 0 else before)
    try:
        file = read_content(closed)
    finally:
        os.seteuid(before)
    assert file is not None
    assert [str(problem.message).partition(";")[0] for problem in file.problems] == ["may not be read by you"]


def test_a_folder_with_other_files_is_passed_over_but_a_strange_file_is_told(folder: Path) -> None:
    (folder / "README.md").write_text("# Ours\n")
    (folder / "notes.txt").write_text("x")
    (folder / "other.yaml").write_text("on: push\njobs: none\n")
    output = run("check", ".").output
    assert "README.md" not in output
    assert "other.yaml:1:1: warning: is not known as content" in output
    assert "other.yaml:1:1: error: is not known as content" in run("check", "other.yaml").output


def test_what_a_shipped_pack_lacks_is_told_where_its_unit_is_listed() -> None:
    pack = read_content(EXAMPLES / "pack.yaml")
    assert pack is not None
    problems = list(lacking([Kind.ITEMS, Kind.SCHEME], [pack]))
    assert [(problem.path, problem.place.line) for problem in problems] == [("code", 3), ("units.compulsory.0", 16)]
    assert "EX/Q0001-U1 has no items of a unit; write " in str(problems[1].message)
    assert str(problems[1].message).endswith("question_bank/items/ex-q0001-u1.yaml")


SIGNS = (b"'", b'"', b"[", b"{", b"*", b"&", b": ", b"#", b"|", b"%", b"!", b"- ", b"---\n")


def with_line(content: bytes, chance: random.Random) -> bytes:
    """A content file after an accident with one of its lines."""
    lines = content.split(b"\n")
    place, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    line = lines[place]
    accidents = (
        [],
        [line, line],
        [lines[other]],
        [b" " * chance.randrange(9) + line.lstrip()],
        [b"\t" + line],
        [line.partition(b":")[0] + b":"],
        [line.replace(b"e", b"ee", 1).replace(b"1", b"many", 1)],
        [line[::-1]],
    )
    lines[place : place + 1] = chance.choice(accidents)
    return b"\n".join(lines)


def with_sign(content: bytes, chance: random.Random) -> bytes:
    """A content file after an accident with a sign or a word."""
    at, words = chance.randrange(len(content)), content.split(b" ")
    words[chance.randrange(len(words))] = chance.choice(words)
    accidents = (
        content[:at],
        content[:at] + chance.randbytes(chance.randrange(1, 5)) + content[at + 1 :],
        content[:at] + chance.choice(SIGNS) + content[at:],
        b" ".join(words),
    )
    return chance.choice(accidents)


def check_mutations(folder: Path, *, times: int, seed: int) -> int:
    """Mutate shipped files one after the other and check each; how many had faults that are errors."""
    chance, faulty = random.Random(seed), 0
    for turn in range(times):
        source = SHIPPED[turn % len(SHIPPED)]
        kind = kind_by_folder(source)
        name = "/".join(source.parts[-3:]) if kind is Kind.LESSON else "/".join(source.parts[-2:])
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(chance.choice((with_line, with_sign))(source.read_bytes(), chance))
        file = read_content(path)
        assert file is not None
        problems = check_content([file])
        for problem in problems:
            place = problem.place
            assert place.file, problem
            assert min(place.line, place.column) >= 1, problem
            assert place.file != file.document.file or place.line <= path.read_bytes().count(b"\n") + 2, problem
            assert str(problem.message), problem
            assert not any(words in str(problem.message) for words in FOREIGN), problem
        for say in FORMATS.values():
            assert say(problems)
        faulty += any(problem.severity == "error" for problem in problems)
        path.unlink()
    return faulty


def test_no_accident_in_a_file_leads_to_anything_but_clear_words(tmp_path: Path) -> None:
    assert check_mutations(tmp_path, times=40, seed=2026) > 10


@pytest.mark.soak
@pytest.mark.timeout(0)
@pytest.mark.parametrize("seed", range(10))
def test_nor_do_ten_thousand_accidents(tmp_path: Path, seed: int) -> None:
    assert check_mutations(tmp_path, times=1000, seed=seed) > 300


def test_the_folders_of_a_council_are_those_of_the_software() -> None:
    assert set(FOLDERS) == {
        "packs", "units", "items", "practicals", "schemes", "roles", "lessons", "frameworks",
    }  # fmt: skip
