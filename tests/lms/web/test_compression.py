"""Packed pages: for who takes them, the same words, a length that tells nothing; styles packed beforehand."""

import gzip
from pathlib import Path

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.settings import ROOT
from lms.web.compression import packed

PACKED = [path for kind in ("gz", "br") for path in sorted((ROOT / "lms" / "static").rglob(f"*.{kind}"))]


@given(st.binary(max_size=5_000))
def test_what_is_packed_comes_out_again(content: bytes) -> None:
    assert gzip.decompress(packed(content)) == content


def test_the_same_page_has_many_lengths_when_packed() -> None:
    assert len({len(packed(b"the same page" * 100)) for _ in range(200)}) > 20


def test_a_page_is_packed_for_browsers_that_take_it(signed_in) -> None:
    browser = signed_in("council")
    plain = browser.get("/packs")
    sent = browser.get("/packs", headers={"Accept-Encoding": "gzip, deflate, br"})
    assert sent.headers["Content-Encoding"] == "gzip"
    assert int(sent.headers["Content-Length"]) == len(sent.data) < len(plain.data)
    assert len(gzip.decompress(sent.data)) == pytest.approx(len(plain.data), abs=20)  # tokens are signed anew


def test_a_page_is_plain_for_others_and_says_that_it_depends(signed_in) -> None:
    for accepted in ("", "br", "gzip;q=0"):
        answer = signed_in("council").get("/packs", headers={"Accept-Encoding": accepted})
        assert "Content-Encoding" not in answer.headers
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert answer.text.startswith("<!doctype html>")


def test_a_short_answer_is_not_packed(client) -> None:
    assert "Content-Encoding" not in client.get("/health", headers={"Accept-Encoding": "gzip"}).headers


def test_a_file_to_keep_is_not_packed(signed_in, app) -> None:
    answer = signed_in("centre").get("/batches/1/trainees.xlsx", headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("path", PACKED, ids=lambda path: path.name)
def test_a_style_packed_beforehand_is_the_one_beside_it(path: Path) -> None:
    unpack = {".gz": gzip.decompress, ".br": brotli.decompress}[path.suffix]
    assert unpack(path.read_bytes()) == path.with_suffix("").read_bytes()


@pytest.mark.parametrize(("accepted", "given"), [("gzip", "gzip"), ("gzip, br", "br"), ("", None)])
def test_the_large_style_is_sent_packed(client, accepted: str, given: str | None) -> None:
    with client.get("/static/vendor/bootstrap.min.css", headers={"Accept-Encoding": accepted}) as answer:
        assert answer.headers.get("Content-Encoding") == given
        assert answer.mimetype == "text/css"
