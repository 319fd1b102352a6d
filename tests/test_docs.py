"""What the documents name is there: links, paths, commands, tables, the modules of the core."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from lms.cli import main
from lms.settings import ROOT
from lms.tables.registry import METADATA

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "examples").glob("*.md"))]
CORE = ("curriculum", "question_bank", "assessments", "certificates")
PLACES = (*CORE, "lms", "tests", "docs", "examples", "schemas", "benchmarks")
SUFFIXES = {".css", ".html", ".js", ".md", ".py", ".toml", ".yaml"}
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
COMMAND = re.compile(r"\./run((?: [a-z][a-z-]*)+)")


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def headings(path: Path) -> set[str]:
    """The anchors of a document, as pages of repositories make them."""
    found = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in found}


def paths_named(text: str) -> Iterator[str]:
    """What stands in backticks and looks like a path of the project; `<unit>` and `…` stand for any name."""
    for name in CODE.findall(re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)):
        place, slash, _ = name.partition("/")
        if re.fullmatch(r"[\w./<>*…-]+", name) and slash and (place in PLACES or Path(name).suffix in SUFFIXES):
            yield re.sub(r"<[^>]*>|…", "*", name)


def words_of_run() -> set[str]:
    return set(re.findall(r"^(\w+)\)", (ROOT / "run").read_text(), re.MULTILINE))


@pytest.mark.parametrize("path", DOCUMENTS, ids=shown)
def test_every_link_inside_the_project_leads_somewhere(path: Path) -> None:
    lost = []
    for link in LINK.findall(path.read_text()):
        if "://" in link:
            continue
        place, _, anchor = link.partition("#")
        target = (path.parent / place).resolve() if place else path
        if not target.is_relative_to(ROOT) or not target.exists() or (anchor and anchor not in headings(target)):
            lost.append(link)
    assert lost == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=shown)
def test_every_path_of_the_project_exists(path: Path) -> None:
    lost = [name for name in paths_named(path.read_text()) if not any(ROOT.glob(name.rstrip("/")))]
    assert lost == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=shown)
def test_every_word_of_run_is_one_of_its_own_or_a_command(path: Path) -> None:
    unknown = []
    for phrase in COMMAND.findall(path.read_text()):
        word, *rest = phrase.split()
        if word in words_of_run():
            continue
        command = main.get_command(click.Context(main), word)
        if isinstance(command, click.Group) and rest:
            command = command.get_command(click.Context(command), rest[0])
        if command is None:
            unknown.append(phrase)
    assert unknown == []


def test_the_house_names_every_module_of_the_core_and_no_other() -> None:
    block = (ROOT / "docs" / "house.md").read_text().partition("<!-- core -->")[2].split("```")[1]
    named: dict[str, set[str]] = {}
    room = ""
    for line in block.splitlines():
        room = begun.group() if (begun := re.match(r"[\w/]+(?=/)", line)) else room
        named.setdefault(room, set()).update(re.findall(r"\b(\w+)\.py\b", line))
    folders = [folder.parent for room in CORE for folder in (ROOT / room).rglob("__init__.py")]
    there = {shown(folder): {path.stem for path in folder.glob("*.py")} - {"__init__"} for folder in folders}
    assert {room: names for room, names in named.items() if room.partition("/")[0] in CORE} == there


def test_the_list_of_words_names_every_table_and_no_other() -> None:
    rows = re.findall(r"^\|.*\|([^|]*)\|$", (ROOT / "docs" / "words.md").read_text(), re.MULTILINE)
    named = {name.partition(".")[0] for cell in rows for name in CODE.findall(cell)}
    assert named == {table.name for table in METADATA.sorted_tables}


def test_the_list_of_words_names_only_what_the_code_defines() -> None:
    sources = "\n".join(path.read_text() for room in (*CORE, "lms") for path in (ROOT / room).rglob("*.py"))
    defined = set(re.findall(r"^(?:class|def) (\w+)", sources, re.MULTILINE))
    rows = re.findall(r"^\|[^|]*\|[^|]*\|([^|]*)\|[^|]*\|$", (ROOT / "docs" / "words.md").read_text(), re.MULTILINE)
    named = {name.partition(".")[0] for cell in rows for name in CODE.findall(cell)}
    assert named - defined == set()
