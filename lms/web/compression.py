"""Pages packed with gzip for browsers that take it, each with a length that says nothing of its secrets."""

import io
import secrets
from gzip import GzipFile

from flask import Flask, Response, request

TYPES = {"text/html", "application/json", "text/csv"}
LEAST = 1024  # bytes; below, packing saves no packet
LEVEL = 5  # a tenth larger than the best, in half the time
# A page holds a form's token beside words of the request: who could try many words and see each length could guess the
# token (BREACH). A name of random length in the head of each packed page hides what such a guess would tell.
MOST_NOISE = 100


def register(app: Flask) -> None:
    """Pack what pages answer."""
    app.after_request(_pack)


def packed(content: bytes) -> bytes:
    """Content as gzip, with up to 100 random signs more; never twice the same."""
    file = io.BytesIO()
    noise = secrets.token_hex(MOST_NOISE // 2)[: secrets.randbelow(MOST_NOISE) + 1]
    with GzipFile(filename=noise, mode="wb", compresslevel=LEVEL, fileobj=file, mtime=0) as packing:
        packing.write(content)
    return file.getvalue()


def _pack(response: Response) -> Response:
    if response.mimetype not in TYPES or response.direct_passthrough or response.is_streamed:
        return response
    response.vary.add("Accept-Encoding")
    content = response.get_data()
    if len(content) < LEAST or "Content-Encoding" in response.headers or not request.accept_encodings["gzip"]:
        return response
    response.set_data(packed(content))
    response.headers["Content-Encoding"] = "gzip"
    if etag := response.get_etag()[0]:
        response.set_etag(etag, weak=True)
    return response
