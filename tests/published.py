"""What tests of the importer of published packs stand on: the texts, and whether words were lost or made up."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from curriculum.documents import read_path
from curriculum.published.lines import by_number, lines_of, words_of
from curriculum.published.model import ReadPack
from lms.settings import ROOT

TEXTS = ROOT / "tests" / "content" / "published"


def meta_of(path: Path) -> dict[str, str]:
    """What stands beside a text, as the reader takes it."""
    given = read_path(path)[0].value
    return {name: " ".join(value) if isinstance(value, list) else value for name, value in given.items()}


def lost_words(text: str, read: ReadPack) -> Counter[str]:
    """Words of the text that are neither in the result nor in a problem."""
    kept = Counter(
        word for leaf in _leaves({"pack": read.pack, "units": list(read.units)}) for word in words_of(leaf[1])
    )
    for problem in read.problems:
        kept.update(words_of(problem.words))
    for row in read.marks.rows if read.marks else ():
        kept.update(words_of(" ".join([row.unit, row.label, row.text, *row.marks.values()])))
    if read.marks:
        kept.update(word for total in read.marks.totals for word in words_of(" ".join(total.marks.values())))
        for weight in read.marks.weights:
            kept.update(
                words_of(" ".join([weight.group, weight.unit, weight.title, weight.weight, *weight.marks.values()]))
            )
        kept.update(word for percent in read.marks.percents for word in words_of(percent.percent))
    return Counter(words_of(text)) - kept


def strange_words(text: str, read: ReadPack) -> list[str]:
    """Texts of the result that have words which the lines they are said to be from do not have."""
    lines = {number: line.text for number, line in by_number(lines_of(text)).items()}
    values = dict(_leaves({"pack": read.pack, "units": list(read.units)}))
    strange = []
    for path, places in read.places.items():
        there = Counter(words_of(" ".join(lines[place] for place in dict.fromkeys(places))))
        # A code is written in capitals and without the blanks it may be printed with.
        plain = "".join("".join(lines[place].split()) for place in places)
        is_code = path.endswith(".code") and values[path] in plain.upper()
        if Counter(words_of(values[path])) - there and not is_code:
            strange.append(f"{path}: {values[path]}")
    return strange


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _leaves(part, f"{path}.{name}" if path else name)
    elif isinstance(value, (list, tuple)):
        for index, part in enumerate(value):
            yield from _leaves(part, f"{path}.{index}")
    else:
        yield path, str(value)
