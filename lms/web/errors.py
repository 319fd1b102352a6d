"""Refusals to status codes and pages: one table for the whole site."""

import logging
import sqlite3

import psycopg
from flask import Flask, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from werkzeug.exceptions import HTTPException

from assessments.words import Message
from lms.extensions import begin_reading, db
from lms.services.errors import Refusal
from lms.web.filters import say

_MEANWHILE = Message("Somebody changed the same thing at the same moment. Open the page again and look.", {})
_UNKEPT = Message(
    "There is a sign or a number in what was sent that cannot be kept. Type it again, or save the file anew."
)
_log = logging.getLogger(__name__)
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
    for kind in (OperationalError, sqlite3.OperationalError, psycopg.OperationalError):
        app.register_error_handler(kind, _busy)
    app.register_error_handler(IntegrityError, _clash)
    app.register_error_handler(DataError, _unkept)
    app.register_error_handler(500, lambda _fault: _page(500))


def _refused(refusal: Refusal) -> tuple[object, int]:
    if refusal.status == 404:
        return _page(404)
    return _page(refusal.status, (Message("This was not done", {}), refusal.words))


def _busy(fault: Exception) -> tuple[object, int]:
    """The database does not answer, or its driver says so: others write for too long, or it is gone for a moment."""
    _log.error("the database did not answer: %s", getattr(fault, "orig", fault), exc_info=fault)
    try:
        return _page(503)
    except OperationalError:
        return jsonify(error="The site is very busy", words="Nothing was done. Try again in a moment."), 503


def _clash(fault: IntegrityError) -> tuple[object, int]:
    """A limit of the database that no service expected to meet: two people did the same at the same moment."""
    _log.error("a limit of the database was met: %s", fault.orig, exc_info=fault)
    return _page(409, (Message("This was not done", {}), _MEANWHILE))


def _unkept(fault: DataError) -> tuple[object, int]:
    """What no column can hold, and no page has told before: a number beyond all, or a zero sign on PostgreSQL."""
    _log.error("the database could not keep what was sent: %s", fault.orig, exc_info=fault)
    return _page(422, (Message("This was not done", {}), _UNKEPT))


def _http(fault: HTTPException) -> tuple[object, int] | HTTPException:
    code = fault.code or 500
    if code >= 400:
        return _page(code)
    db.session.rollback()
    return fault


def _page(status: int, words: tuple[Message, Message] | None = None) -> tuple[object, int]:
    """A page of words. It is drawn from what is committed, and keeps nobody who writes waiting."""
    begin_reading()
    title, text = words or WORDS.get(status, WORDS[500 if status >= 500 else 404])
    if request.is_json or request.accept_mimetypes.best == "application/json":
        return jsonify(error=say(title), words=say(text)), status
    return render_template("errors/refused.html", status=status, title=say(title), text=say(text)), status
