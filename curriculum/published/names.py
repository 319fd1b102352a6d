"""How names of elements begin, go on and end, as far as their words tell."""

import re

from curriculum.published.headings import key_of

_GO_ON = {"a", "an", "and", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"}
_AGAIN = re.compile(r" (?:cont d|contd|continued)$")


def goes_on(ends: str) -> bool:
    """Whether a line ends in the middle of something, whatever the next begins with."""
    return ends[-1:] in {",", "(", "/", ":", "&", "-"} or ends.rsplit(" ", 1)[-1].casefold() in _GO_ON


def is_caseless(letter: str) -> bool:
    """Whether it is a letter of a script without capitals."""
    return letter.isalpha() and letter.upper() == letter.lower()


def is_rest(before: str, line: str) -> bool:
    """Whether a line surely goes on with the one before it."""
    return line[0].islower() or line[0] in ")/&-–,:" or goes_on(before)


def may_be_name(before: str, line: str) -> bool:
    """Whether a line after another may begin a name: no small letter, and not the middle of something."""
    word = line.split(" ", 1)[0]
    capital = word[0].isupper() and not any(letter.isupper() for letter in word[1:])
    return (capital or is_caseless(word[0])) and not goes_on(before)


def is_same_name(before: str, name: str) -> bool:
    """Whether a name is the one before it again, as a page repeats it."""
    return _AGAIN.sub("", key_of(name)) == _AGAIN.sub("", key_of(before))


def says_again(name: str) -> bool:
    """Whether a name says itself that it was printed before: `Cut the film (contd.)`."""
    return _AGAIN.search(key_of(name)) is not None


def ends_amid(before: str, name: str) -> bool:
    """Whether a name surely goes on in the next: that begins with a small letter as no name does, or a word is open."""
    small = name[0].islower() and before[0].isupper()
    return small or name[0] in ")/&–," or goes_on(before) or before.count("(") > before.count(")")
