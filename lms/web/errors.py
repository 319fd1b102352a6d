"""Refusals to status codes and pages: one table for the whole site."""

import logging

from flask import Flask, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from assessments.words import Message
from lms.extensions import db
from lms.services.errors import Refusal
from lms.web.filters import say

WORDS: dict[int, tuple[Message, Message]] = {
    400: (
        Message("This form has gone stale", {}),
        Message("Go back, reload the page and send it again. What you typed is still there.", {}),
    ),
    401: (Message("You are signed out", {}), Message("Sign in and try again.", {})),
    403: (
        Message("This is not yours to do", {}),
        Message("Your role does not include it. Ask your organisation if it should.", {}),
    ),
    404: (
        Message("There is nothing here", {}),
        Message("The address is wrong, or the thing is not one you can see.", {}),
    ),
    405: (Message("That cannot be opened this way", {}), Message("Go back and use the button on the page.", {})),
    413: (Message("The file is too large", {}), Message("Send a smaller one.", {})),
    503: (
        Message("The site is very busy", {}),
        Message("Nothing was done. Try again in a moment.", {}),
    ),
    500: (
        Message("Something broke on our side", {}),
        Message("Nothing was half-saved. Try again; if it happens twice, tell whoever runs this site.", {}),
    ),
}


def register(app: Flask) -> None:
    """Answer every refusal and failure with words."""
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(CSRFError, lambda _fault: _page(400))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(500, lambda _fault: _page(500))


def _refused(refusal: Refusal) -> tuple[object, int]:
    db.session.rollback()
    if refusal.status == 404:
        return _page(404)
    return _page(refusal.status, (Message("This was not done", {}), refusal.words))


def _busy(fault: OperationalError) -> tuple[object, int]:
    """The database does not answer: others write for too long, or it is gone for a moment."""
    logging.getLogger(__name__).error("the database did not answer: %s", fault.orig, exc_info=fault)
    db.session.rollback()
    try:
        return _page(503)
    except OperationalError:
        return jsonify(error="The site is very busy", words="Nothing was done. Try again in a moment."), 503


def _http(fault: HTTPException) -> tuple[object, int] | HTTPException:
    db.session.rollback()
    code = fault.code or 500
    return _page(code) if code >= 400 else fault


def _page(status: int, words: tuple[Message, Message] | None = None) -> tuple[object, int]:
    title, text = words or WORDS.get(status, WORDS[500 if status >= 500 else 404])
    if request.is_json or request.accept_mimetypes.best == "application/json":
        return jsonify(error=say(title), words=say(text)), status
    return render_template("errors/refused.html", status=status, title=say(title), text=say(text)), status
