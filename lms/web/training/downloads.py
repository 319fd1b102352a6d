"""Files of the training pages as downloads."""

from flask import Response
from werkzeug.wrappers import Response as AnyResponse

from lms.reports.writing import MIME


def file_answer(content: bytes, name: str) -> AnyResponse:
    """A download under a plain name."""
    plain = "".join(sign if sign.isalnum() or sign in ".-" else "-" for sign in name.lower())
    answer = Response(content, content_type=MIME[plain.rpartition(".")[2]])
    answer.headers.set("Content-Disposition", "attachment", filename=plain)
    return answer
