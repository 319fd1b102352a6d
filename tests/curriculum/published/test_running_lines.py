"""What pages repeat around a text, with a number that counts, in no word of what was read."""

import pytest

from curriculum.published.reading import read_published

HEADS = (
    "Qualifications Pack For Tea Taster",
    "Tea Taster Page {page} of 3",
    "{page} of 3 Tea Taster",
    "https://packs.example/q/4951\t{page}/3",
)


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("is_at_foot", [False, True])
def test_what_pages_repeat_with_or_without_their_number_of_so_many_is_no_word_of_a_criterion(head, is_at_foot) -> None:
    pages = (
        "Tea Taster\nQP Code: XYZ/Q0101\nVersion: 1.0\n",
        "XYZ/N0101: Taste the tea\nElements and Performance Criteria\nTaste\n"
        "To be competent, the user/individual on the job must be able to:\nPC1. taste every tea and\n",
        "write down what is good\nPC2. clean the cups\n",
    )
    heads = [head.format(page=number) + "\n" for number in range(1, 4)]
    text = "\f".join(f"{page}\n{own}" if is_at_foot else f"{own}{page}" for own, page in zip(heads, pages, strict=True))
    read = read_published(text)
    (unit,) = read.units
    assert read.pack["title"] == "Tea Taster"
    assert [line["text"] for one in unit["elements"] for line in one["criteria"]] == [
        "taste every tea and write down what is good",
        "clean the cups",
    ]


def test_numbers_of_pages_amid_lines_of_copied_text_are_no_words_of_a_criterion() -> None:
    text = (
        "Tea Taster\nQP Code: XYZ/Q0101\nPage 1\nXYZ/N0101: Taste the tea\nElements and Performance Criteria\nTaste\n"
        "To be competent, the user/individual on the job must be able to:\nPC1. taste every tea and\n\nPage 2\n"
        "write down what is good\nPC2. clean the cups\nPage 3\n"
    )
    (unit,) = read_published(text).units
    assert [line["text"] for one in unit["elements"] for line in one["criteria"]] == [
        "taste every tea and write down what is good",
        "clean the cups",
    ]


@pytest.mark.parametrize("list_end", ["", "Optional:\nN.A.\n"])
def test_the_heading_of_a_unit_at_the_head_of_its_page_and_again_below_is_no_word_of_what_ends_above(list_end) -> None:
    listed = "Applicable National Occupational Standards (NOS)\nCompulsory:\n1. XYZ/N0101: Taste the tea\n"
    pages = [f"Tea Taster\nQP Code: XYZ/Q0101\nVersion: 1.0\n{listed}2. XYZ/N0102: Mix the tea\n{list_end}"]
    for code, title in (("XYZ/N0101", "Taste the tea"), ("XYZ/N0102", "Mix the tea")):
        pages += [
            f"{code} {title}\n{code}: {title}\nElements and Performance Criteria\nAt the table\n"
            "To be competent, the user/individual on the job must be able to:\nPC1. hold the pot\nPC2. pour and\n",
            f"{code} {title}\nwait\n",
        ]
    read = read_published("\f".join(pages))
    assert read.pack["units"] == {"compulsory": ["XYZ/N0101", "XYZ/N0102"]}
    criteria = [[line["text"] for one in unit["elements"] for line in one["criteria"]] for unit in read.units]
    assert criteria == [["hold the pot", "pour and wait"]] * 2
