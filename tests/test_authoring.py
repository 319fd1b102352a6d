"""The page for authors cannot lie: its examples are checked, and what the checks say stands there word for word."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

import assessments.scheme_checks
import assessments.tasks
import curriculum.checks
import curriculum.frameworks
import curriculum.lessons
import curriculum.role_checks
import question_bank.checks
from lms.cli import main
from lms.settings import ROOT

PAGE = (ROOT / "docs" / "authoring.md").read_text()
FILE = re.compile(r"^<!-- file: (\S+) -->\n+```\w+\n(.*?)^```", re.MULTILINE | re.DOTALL)
ANSWER = re.compile(r"^<!-- answer: ([^\n]+) -->\n+```text\n(.*?)^```", re.MULTILINE | re.DOTALL)
RULES = [
    *curriculum.checks.CHECKS,
    *curriculum.checks.UNIT_CHECKS,
    *curriculum.lessons.CHECKS,
    *curriculum.role_checks.CHECKS,
    *curriculum.frameworks.CHECKS,
    *question_bank.checks.CHECKS,
    *assessments.tasks.CHECKS,
    *assessments.scheme_checks.CHECKS,
]
# Where the messages that authors read are written. Those of schemes have their rules named, not each sentence.
SPEAKING = (
    "curriculum/checks.py",
    "curriculum/documents.py",
    "curriculum/drawings.py",
    "curriculum/lessons.py",
    "curriculum/role_checks.py",
    "curriculum/frameworks.py",
    "question_bank/checks.py",
    "assessments/tasks.py",
    "lms/cli/content_checks.py",
    "lms/cli/content_files.py",
)
TELLING = {"error", "warning", "_at_top"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files of the page, where an author would put them."""
    for name, text in FILE.findall(PAGE):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_page_has_an_example_of_each_kind(folder: Path) -> None:
    kinds = {path.relative_to(folder).parts[0] for path in folder.rglob("*.*")}
    assert kinds == {"packs", "units", "items", "practicals", "schemes", "roles", "lessons", "frameworks"}


def test_the_checks_answer_what_the_page_says(folder: Path) -> None:
    answers = ANSWER.findall(PAGE)
    assert answers
    for command, expected in answers:
        answer = CliRunner().invoke(main, command.removeprefix("./run ").split())
        assert answer.output == expected, command


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.__module__}.{rule.__name__}")
def test_every_rule_is_in_the_table(rule: object) -> None:
    assert f"| `{rule.__name__}` |" in PAGE  # type: ignore[attr-defined]


def plain_parts(node: ast.expr) -> str:
    """The text of a message with `…` for what is filled in."""
    if isinstance(node, ast.Constant):
        return re.sub(r"(?:…|%\(\w+\)s)+", "…", str(node.value)).replace("%%", "%")
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Message":
        return plain_parts(node.args[0])
    if isinstance(node, ast.JoinedStr):
        return re.sub("…+", "…", "".join(plain_parts(part) for part in node.values))
    if isinstance(node, ast.BinOp):
        return plain_parts(node.left) + plain_parts(node.right)
    return "…"


def messages_in(path: str) -> Iterator[str]:
    """What is said in calls of `error` and `warning`, written out or named just before."""
    for function in ast.walk(ast.parse((ROOT / path).read_text())):
        if not isinstance(function, ast.FunctionDef):
            continue
        nodes = list(ast.walk(function))
        calls = [one for one in nodes if isinstance(one, ast.Call) and getattr(one.func, "id", "") in TELLING]
        named = {call.args[1].id for call in calls if isinstance(call.args[1], ast.Name)} | {"message"}
        yield from (plain_parts(call.args[1]) for call in calls)
        for node in nodes:
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in named:
                yield plain_parts(node.value)


@pytest.mark.parametrize("path", SPEAKING)
def test_every_message_of_the_checks_is_in_the_page(path: str) -> None:
    page = " ".join(PAGE.split())
    told = {message.strip("… ") for message in messages_in(path)} - {"", "None"}
    assert told
    assert {message for message in told if " ".join(message.split()) not in page} == set()
