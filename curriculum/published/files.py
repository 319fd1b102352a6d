"""The bytes of a file that was handed over, as the text of a published pack: a PDF, or text."""

from collections.abc import Callable

from curriculum.published.errors import NotAPack
from curriculum.words import Message

MOST_BYTES = 20_000_000
_HEAD = 1024  # bytes in which a PDF says that it is one
_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))


def is_pdf(content: bytes) -> bool:
    """Whether a file says that it is a PDF."""
    return b"%PDF-" in content[:_HEAD]


def published_text(content: bytes, read_pdf: Callable[[bytes], str] | None = None) -> str:
    """The text of a file; raises NotAPack for what holds no text that could be a pack.

    `read_pdf` stands in for the reader of PDFs, where a hostile one must not take this process with it.
    """
    if len(content) > MOST_BYTES:
        most = str(MOST_BYTES // 1_000_000)
        raise NotAPack(Message("is larger than %(most)s MB; no published pack is", {"most": most}))
    if not content.strip():
        raise NotAPack(Message("is empty"))
    if is_pdf(content):
        if read_pdf is not None:
            return read_pdf(content)
        # The reader of PDFs is a large library, which text does not need.
        from curriculum.published.pdf import pdf_text  # noqa: PLC0415

        return pdf_text(content)
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8")
    if encoding != "utf-16" and b"\0" in content:
        raise NotAPack(
            Message("is neither a PDF nor text, but another kind of file; save the document as PDF or as text")
        )
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as fault:
        line = str(content[: fault.start].count(b"\n") + 1)
        words = Message(
            "is no PDF, and text in an older encoding (see line %(line)s); "
            "save it as text again with the encoding UTF-8",
            {"line": line},
        )
        raise NotAPack(words) from fault
