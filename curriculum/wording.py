"""Two wordings of a text: what stays, what was taken out and what was put in, word by word; and how alike they are."""

import re
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher
from enum import StrEnum

_WORDS = re.compile(r"\s+|[^\s]+")
# An end of line inside a paragraph: nothing that Markdown reads as more than a blank.
_WRAP = re.compile(r"(?<=[^\s|])\n(?=[^\s|>#*\d-])")
# Between words. Signs of vowels, which many scripts write apart, belong to their word.
_BETWEEN = re.compile(r"[\s!-/:-@\[-`{-~\u00a0-\u00bf\u2000-\u206f\u0964\u0965]+")


class Change(StrEnum):
    """What happened to a section, or to words in it."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


def word_changes(old: str, new: str) -> Iterator[tuple[Change, str]]:
    """The new text with what was taken out of the old, word by word; where lines are cut makes no difference."""
    was, now = (_WORDS.findall(_WRAP.sub(" ", text)) for text in (old, new))
    for act, start, end, first, last in SequenceMatcher(a=was, b=now, autojunk=False).get_opcodes():
        if act == "equal":
            yield Change.SAME, "".join(now[first:last])
            continue
        if end > start:
            yield Change.REMOVED, "".join(was[start:end])
        if last > first:
            yield Change.ADDED, "".join(now[first:last])


def plain(text: str) -> str:
    """The words alone, however they are cased, spaced and pointed: what two prints of one text have in common."""
    return " ".join(_BETWEEN.split(text.casefold())).strip()


def percent_alike(one: str, other: str, *, at_least: int = 0) -> int:
    """How many of a hundred words two texts have in common, in order; 0 where it is less than `at_least`."""
    a, b = plain(one).split(), plain(other).split()
    if a == b:
        return 100
    if not a or not b:
        return 0
    if 200 * (Counter(a) & Counter(b)).total() < at_least * (len(a) + len(b)):
        return 0
    blocks = SequenceMatcher(a=a, b=b, autojunk=False).get_matching_blocks()
    share = 200 * sum(block.size for block in blocks) // (len(a) + len(b))
    return share if share >= at_least else 0
