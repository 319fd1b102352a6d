"""What people write for others to read: reasons of corrections, and messages; neither too short nor unseen."""

from assessments.words import Message
from lms.services.errors import Faulty

MIN_REASON, MOST_REASON = 10, 1000
# Letters of fonts that draw nothing; other unseen signs are not printable anyway.
_UNSEEN = frozenset("\u115f\u1160\u3164\uffa0\u2800")


def checked_reason(reason: str) -> str:
    """The reason without outer blanks; raises Faulty for one that says too little or too much."""
    return checked_words(reason, MIN_REASON, MOST_REASON, Message("Give a reason of %(least)s to %(most)s characters."))


def checked_words(text: str, least: int, most: int, fault: Message) -> str:
    """The text without outer blanks; raises Faulty, with `least` and `most` as facts, for one that says nothing.

    Signs that nobody sees do not count towards the least.
    """
    words = text.strip()
    seen = [sign for sign in words if sign not in _UNSEEN and (sign == " " or sign.isprintable())]
    if len("".join(seen).strip()) < least or len(words) > most or not any(sign.isalnum() for sign in seen):
        raise Faulty(Message(fault.template, {"least": str(least), "most": str(most)}))
    return words
