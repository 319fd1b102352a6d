"""Damaged texts and PDFs: each is read or refused in words, in little time, and no word of it is lost."""

import time
from collections import Counter
from collections.abc import Callable
from functools import cache
from random import Random

import pytest

from curriculum.published.errors import NotAPack
from curriculum.published.files import published_text
from curriculum.published.reading import read_published
from tests.published import TEXTS, lost_words
from tests.soak.forms import SEED, bound, forms

MOST_SECONDS = 2
NOISE = (
    "PC1. again", "Scope", "Description", "\f", "EXA/N0134: another", "KU9", "\t\t7\t", "Elective 2: x", "PC", "४",
    "( ( (", "....", "Contents", "Assessment Criteria", "\u202etxet", "Glossary", "To be competent, the",
    "12", "||", "- ", "Element\tPerformance Criteria",
)  # fmt: skip


@cache
def texts() -> list[str]:
    return [path.read_text(encoding="utf-8") for path in sorted(TEXTS.glob("*.txt"))]


def mutated(chance: Random) -> bytes:
    """One of the texts after a few accidents."""
    lines = chance.choice(texts()).split("\n")
    for _ in range(chance.randint(1, 12)):
        place, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        length = chance.choice((1, 1, 1, 5, 40))
        match chance.randrange(6):
            case 0:
                del lines[place : place + length]
            case 1:
                lines[other:other] = lines[place : place + length]
            case 2:
                lines[place], lines[other] = lines[other], lines[place]
            case 3:
                lines.insert(place, chance.choice(NOISE))
            case 4:
                lines[place] = lines[place][: chance.randrange(len(lines[place]) + 1)] + chance.choice((*NOISE, ""))
            case _:
                del lines[max(place, 1) :]
        lines = lines or [""]
    content = bytearray("\n".join(lines).encode())
    if content and chance.randrange(4) == 0:
        for _ in range(chance.randint(1, 5)):
            content[chance.randrange(len(content))] = chance.randrange(256)
    return bytes(content)


@forms(100, 10_000)
def test_a_damaged_text_is_read_or_refused_and_never_takes_long(
    times: int, record_property: Callable[[str, object], None]
) -> None:
    chance, slowest, read_at_all = Random(SEED), 0.0, 0
    for _ in range(times):
        content = mutated(chance)
        began = time.process_time()
        try:
            text = published_text(content)
            read = read_published(text)
        except NotAPack:
            continue
        else:
            read_at_all += 1
            assert lost_words(text, read) == Counter()
            ids = [[c["id"] for e in unit["elements"] for c in e["criteria"]] for unit in read.units]
            assert all(len(own) == len(set(own)) for own in ids)
        finally:
            slowest = max(slowest, time.process_time() - began)
    record_property("seen", f"{bound(times)}; {read_at_all} read, the slowest took {slowest:.2f} s")
    assert slowest < MOST_SECONDS


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b" \n\t\n", "is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "is neither a PDF nor text"),
        (b"PK\x03\x04\0\0", "is neither a PDF nor text"),
        (b"abc \xff\xfe def", "is no PDF, and text in an older encoding (see line 1)"),
        (b"Dear Sir or Madam,\nplease find enclosed our offer for tea.\n", "holds no unit with performance criteria"),
        (b"code: EX/Q0001\ntitle: Tea\n", "holds no unit with performance criteria"),
        (b"x" * 20_000_001, "is larger than 20 MB"),
        (b"PC1. a\n" * 30_000, "is longer than any published pack"),
        (b"%PDF-1.7 and then nothing", "is a PDF that is damaged or cut off"),
    ],
)
def test_what_is_no_pack_is_refused_in_words(content: bytes, words: str) -> None:
    with pytest.raises(NotAPack) as refused:
        read_published(published_text(content))
    assert str(refused.value.message).startswith(words)


def test_text_in_utf_16_is_read_as_any_other() -> None:
    text = texts()[0]
    assert published_text(text.encode("utf-16")) == text
