"""PDFs are read in a process of their own: the same text and refusals, and a hostile one takes nothing with it."""

import pytest

from curriculum.published import pdf
from curriculum.published.errors import NotAPack
from lms.pdf_texts import pdf_text
from tests.raw_pdf import raw_pdf, shown

SOUND = raw_pdf([shown([f"PC{number}. read what is written, then do it as it is said" for number in range(1, 30)])])
HUNGRY = raw_pdf([b"q " * 9_000_000])


def test_a_sound_pdf_has_the_same_text_as_in_this_process() -> None:
    assert "PC29. read what is written" in pdf_text(SOUND)
    assert pdf_text(SOUND) == pdf.pdf_text(SOUND)


@pytest.mark.parametrize("content", [SOUND[: len(SOUND) // 2], b"%PDF-1.7\n", raw_pdf([b""])])
def test_a_refusal_keeps_its_words(content: bytes) -> None:
    with pytest.raises(NotAPack) as here:
        pdf.pdf_text(content)
    with pytest.raises(NotAPack) as there:
        pdf_text(content)
    assert there.value.message == here.value.message


def test_a_small_pdf_that_would_take_all_memory_is_refused_in_words() -> None:
    assert len(HUNGRY) < 100_000
    with pytest.raises(NotAPack, match="takes more time or memory than any published text"):
        pdf_text(HUNGRY)
