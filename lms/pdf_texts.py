"""PDFs of packs and skills, read in a process of their own: a hostile one ends there, in so much memory and time."""

import json
import os
import resource
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from curriculum.published.errors import NotAPack
from curriculum.words import Message, facts_json, message_from_json

# A pack of 400 full pages takes 60 MB and three seconds.
MOST_MEMORY = 1_000_000_000
MOST_SECONDS = 20
_MOST_WAITING = 90  # seconds by the clock, on a machine where others are at work
_HOSTILE = Message("is a PDF that takes more time or memory than any published text; save its pages anew as a PDF")
_ROOT = Path(__file__).parent.parent


def pdf_text(content: bytes) -> str:
    """The text of a PDF as `curriculum.published.pdf` gives it; raises NotAPack also where that process is ended."""
    path = os.pathsep.join((str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])))
    try:
        child = subprocess.run(
            [sys.executable, "-m", __name__],
            input=content,
            capture_output=True,
            timeout=_MOST_WAITING,
            check=False,
            env={**os.environ, "PYTHONPATH": path},
        )
    except subprocess.TimeoutExpired as fault:
        raise NotAPack(_HOSTILE) from fault
    if child.returncode != 0:
        raise NotAPack(_HOSTILE)
    answer = json.loads(child.stdout)
    if "text" not in answer:
        raise NotAPack(message_from_json(answer["template"], answer["facts"]))
    return str(answer["text"])


def _limit() -> None:
    """Take no more than a pack can need; what a system does not know of is left as it is."""
    for kind, most in (
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_CPU, MOST_SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))


def main() -> None:
    """Read the PDF on standard input; its text, or why there is none, goes out as JSON."""
    # The reader of PDFs is a large library, which only this process needs.
    from curriculum.published import pdf  # noqa: PLC0415

    content = sys.stdin.buffer.read()
    _limit()
    try:
        answer: dict[str, object] = {"text": pdf.pdf_text(content)}
    except NotAPack as refusal:
        answer = {"template": refusal.message.template, "facts": facts_json(refusal.message)}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
