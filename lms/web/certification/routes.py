"""Checking a certificate, by anybody."""

from flask import Blueprint, render_template

from lms.permissions import public

bp = Blueprint("certification", __name__)


@bp.get("/verify")
@public
def find() -> str:
    """Where a code is typed."""
    return render_template("certification/find.html")
