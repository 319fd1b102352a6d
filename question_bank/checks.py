"""What good items are. Each check is a generator; `CHECKS` is the list of rules."""

import re
from collections import Counter
from collections.abc import Callable, Iterator

from curriculum.lessons import FIRST_LANGUAGE
from curriculum.model import NosUnit
from curriculum.problems import Problem, did_you_mean, error, warning
from question_bank.loading import ItemEntry, ItemFile, Translation
from question_bank.model import ItemUse

MIN_EXAM_ITEMS = 3
MIN_PRACTICE_ITEMS = 1
MAX_LONGEST_KEY_SHARE = 40  # per cent of items whose key is the longest option by far
_CATCH_ALLS = ("all of the above", "none of the above", "both a and b")

Check = Callable[[ItemFile, NosUnit], Iterator[Problem]]


def check_items(entries: ItemFile, unit: NosUnit) -> list[Problem]:
    """Every fault of an item file against its unit, in order of the checks."""
    return [problem for check in CHECKS for problem in check(entries, unit)]


def ids_are_unique(entries: ItemFile, _unit: NosUnit) -> Iterator[Problem]:
    """An id names one item."""
    first: dict[str, int] = {}
    for index, item in enumerate(entries.items):
        if item.id in first:
            yield error(f"items.{index}.id", f"{item.id} is also items.{first[item.id]}; give this one another id")
        first.setdefault(item.id, index)


def references_exist(entries: ItemFile, unit: NosUnit) -> Iterator[Problem]:
    """Criteria, knowledge and enemies that an item names are there."""
    criteria = {criterion.id: None for criterion in unit.criteria}
    knowledge = {line.id: None for line in unit.knowledge}
    ids = {item.id: None for item in entries.items}
    for index, item in enumerate(entries.items):
        for name, given, known, what in (
            ("criteria", item.criteria, criteria, unit.code),
            ("knowledge", item.knowledge, knowledge, unit.code),
            ("enemies", item.enemies, ids, "this file"),
        ):
            for place, value in enumerate(given):
                if value not in known:
                    message = f"{value} is not in {what}{did_you_mean(value, known)}"
                    yield error(f"items.{index}.{name}.{place}", message)
                elif value == item.id:
                    yield error(f"items.{index}.{name}.{place}", "an item is no enemy of itself; leave it out")


def options_are_sound(entries: ItemFile, _unit: NosUnit) -> Iterator[Problem]:
    """Four different options with a key among them, and no catch-alls."""
    for index, item in enumerate(entries.items):
        path = f"items.{index}"
        if len(item.options) != 4:
            yield error(f"{path}.options", f"has {len(item.options)} options; a single choice has 4")
        if item.key not in item.options:
            yield error(f"{path}.key", f"{item.key} is not among the options {', '.join(item.options)}")
        first: dict[str, str] = {}
        for letter, text in item.options.items():
            plain = _plain(text)
            if plain in first:
                yield error(f"{path}.options.{letter}", f"says the same as option {first[plain]}")
            first.setdefault(plain, letter)
            if any(phrase in text.lower() for phrase in _CATCH_ALLS):
                yield error(f"{path}.options.{letter}", "options are drawn in any order; write out what is meant")


def wrong_options_have_feedback(entries: ItemFile, _unit: NosUnit) -> Iterator[Problem]:
    """Each wrong option has a word on why it is wrong, and only wrong ones have."""
    for index, item in enumerate(entries.items):
        path = f"items.{index}.feedback"
        wrong = [letter for letter in item.options if letter != item.key]
        for letter in wrong:
            if letter not in item.feedback:
                yield error(path, f"has no word on option {letter}; say why it is wrong")
        for letter in item.feedback:
            if letter not in wrong:
                what = "is the key" if letter == item.key else "is no option of this item"
                yield error(f"{path}.{letter}", f"{what}; feedback is for the wrong options")


def stems_differ(entries: ItemFile, _unit: NosUnit) -> Iterator[Problem]:
    """No two items ask in the same words."""
    first: dict[str, str] = {}
    for index, item in enumerate(entries.items):
        stem = _plain(item.stem)
        if stem in first:
            yield error(f"items.{index}.stem", f"says the same as {first[stem]}")
        first.setdefault(stem, item.id)


def every_criterion_is_asked(entries: ItemFile, unit: NosUnit) -> Iterator[Problem]:
    """Each criterion has at least three exam items and one for practice."""
    counts = Counter((use, criterion) for item in entries.items for use, criterion in _cells(item))
    for criterion in unit.criteria:
        for use, needed in ((ItemUse.EXAM, MIN_EXAM_ITEMS), (ItemUse.PRACTICE, MIN_PRACTICE_ITEMS)):
            found = counts[use, criterion.id]
            if found < needed:
                yield error("items", f"{criterion.id} needs {_items(needed, use)}, the file has {found}")


def keys_are_spread(entries: ItemFile, _unit: NosUnit) -> Iterator[Problem]:
    """Letters are keys about equally often, and the key is not the longest option too often."""
    total = len(entries.items)
    if total < 8:
        return
    letters = Counter(item.key for item in entries.items)
    for letter in "ABCD":
        if not total // 8 <= letters[letter] <= total * 3 // 8:
            yield error("items", f"{letter} is the key of {letters[letter]} of {total} items; aim at a quarter each")
    longest = sum(1 for item in entries.items if _key_is_longest(item))
    if longest * 100 > MAX_LONGEST_KEY_SHARE * total:
        yield error("items", f"the key is the longest option in {longest} of {total} items; aim at a quarter")


def lengths_are_fair(entries: ItemFile, _unit: NosUnit) -> Iterator[Problem]:
    """A key twice as long as every other option gives itself away."""
    for index, item in enumerate(entries.items):
        lengths = {letter: len(text) for letter, text in item.options.items()}
        others = [size for letter, size in lengths.items() if letter != item.key]
        if others and lengths.get(item.key, 0) > 2 * max(others):
            yield warning(f"items.{index}.options.{item.key}", "is the key and twice as long as the others")


def translations_match(entries: ItemFile, _unit: NosUnit) -> Iterator[Problem]:
    """A translation has a word for each word of the item, under the same letters, and is in another language."""
    for path, item, words in _translations(entries):
        if path.endswith(f".{FIRST_LANGUAGE}"):
            yield error(path, f"items are first written in {FIRST_LANGUAGE}; those words stand in the item itself")
        for name, given, needed in (
            ("options", words.options, tuple(item.options)),
            ("feedback", words.feedback, tuple(letter for letter in item.options if letter != item.key)),
        ):
            lacking = [letter for letter in needed if letter not in given]
            if lacking:
                yield error(f"{path}.{name}", f"has no word for {', '.join(lacking)}; translate each of them")
            for letter in given:
                if letter not in needed:
                    what = "the key" if letter == item.key else "no option of the item"
                    yield error(f"{path}.{name}.{letter}", f"is {what}; give words for {', '.join(needed)}")
        if _plain(words.stem) == _plain(item.stem):
            yield error(f"{path}.stem", "says the same as the item's own stem; put it into the language")
        first: dict[str, str] = {}
        for letter, text in words.options.items():
            same = first.setdefault(_plain(text), letter)
            if same != letter:
                yield error(f"{path}.options.{letter}", f"says the same as option {same}")


def figures_survive_translation(entries: ItemFile, _unit: NosUnit) -> Iterator[Problem]:
    """An option has the same figures in each language."""
    for path, item, words in _translations(entries):
        for letter, text in words.options.items():
            own = item.options.get(letter, text)
            if _figures(own) != _figures(text):
                yield warning(f"{path}.options.{letter}", f"has other figures than “{own}”")


CHECKS: tuple[Check, ...] = (
    ids_are_unique,
    references_exist,
    options_are_sound,
    wrong_options_have_feedback,
    stems_differ,
    every_criterion_is_asked,
    keys_are_spread,
    lengths_are_fair,
    translations_match,
    figures_survive_translation,
)


def _translations(entries: ItemFile) -> Iterator[tuple[str, ItemEntry, Translation]]:
    for index, item in enumerate(entries.items):
        for language, words in (item.translations or {}).items():
            yield f"items.{index}.translations.{language}", item, words


def _cells(item: ItemEntry) -> list[tuple[ItemUse, str]]:
    return [(item.use, criterion) for criterion in item.criteria]


def _items(count: int, use: ItemUse) -> str:
    return f"{count} {use} {'item' if count == 1 else 'items'}"


def _plain(text: str) -> str:
    return " ".join(text.lower().split())


def _figures(text: str) -> list[int]:
    return sorted(int(figure) for figure in re.findall(r"\d+", text))


def _key_is_longest(item: ItemEntry) -> bool:
    key = len(item.options.get(item.key, ""))
    return all(key > len(text) for letter, text in item.options.items() if letter != item.key)
