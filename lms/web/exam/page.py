"""Drawing the exam page: the frame anew each time, the questions as they were drawn once for their paper."""

from flask import Response, make_response, render_template
from flask_babel import get_locale
from flask_wtf.csrf import generate_csrf

from lms.web.exam.paper_items import draw_items
from lms.web.exam.script_facts import languages_of, script_facts
from lms.web.exam.script_words import display_choices, script_words
from lms.web.exam.sitting_page import SittingPage

PAPER = "X-Yogyata-Paper"  # which paper a page is, or that it is over: what else answers is no page of this site
OVER = "over"


def draw_page(page: SittingPage) -> Response:
    """The exam page."""
    html = render_template(
        "exam/show_paper.html",
        sitting=page,
        questions=draw_items(
            page.face,
            str(get_locale() or "en"),
            url=page.save_url,
            token=generate_csrf(),
            chosen={item.number: place for item, place in page.items},
        ),
        display=display_choices(languages_of([item for item, _ in page.items])),
        script_facts=script_facts(page),
        script_words=script_words(),
    )
    return marked(html, page.key)


def draw_asking(page: SittingPage, paper_url: str) -> str:
    """Before a paper is handed in without script: what is not answered, and the button that is final."""
    return render_template("exam/ask_hand_in.html", sitting=page, paper_url=paper_url)


def marked(html: str, paper: str) -> Response:
    """A page that devices know as this site's."""
    response = make_response(html)
    response.headers[PAPER] = paper
    return response
