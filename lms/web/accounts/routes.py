"""Pages for signing in and out, one's own password, language and look."""

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, logout_user
from werkzeug.wrappers import Response

from lms.catalogues import languages
from lms.clock import now
from lms.permissions import Permission, public, requires
from lms.services import accounts, visiting
from lms.services.errors import Faulty
from lms.web.accounts.entering import begin, came_from_exam, on_this_site
from lms.web.accounts.forms import ExamCodeForm, PasswordForm, SignInForm
from lms.web.filters import say
from lms.web.gate import actor
from lms.web.language import choose_language

bp = Blueprint("accounts", __name__)


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> str | Response | tuple[str, int]:
    """Sign in with the name and password of one's slip."""
    form = SignInForm()
    if form.validate_on_submit():
        try:
            token = accounts.sign_in(form.login.data, form.password.data, device=str(request.user_agent), now=now())
        except accounts.SignInRefused as refusal:
            form.password.errors = [say(refusal.words)]
            return _ask_who(form), refusal.status
        return begin(token, session.get("next"))
    return _ask_who(form), 422 if form.errors else 200


@bp.post("/demo/sign-in")
@public
def visit() -> Response:
    """Sign in at once as one of a demo's people, or change to another; on any other site there is nothing here."""
    login, language = request.form.get("login", ""), choose_language("accounts.sign_in")
    token = visiting.sign_in_as(login, language=language, device=str(request.user_agent), now=now())
    if current_user.is_authenticated:
        accounts.sign_out(current_user.session_id, now=now())
    return begin(token)


@bp.post("/sign-out")
@requires(Permission.ACCOUNT_USE)
def sign_out() -> Response:
    """End this session."""
    door = current_user.door
    accounts.sign_out(current_user.session_id, now=now())
    logout_user()
    session.clear()
    flash(_("You are signed out."), "done")
    return redirect(url_for(door))


@bp.route("/account/password", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_USE)
def change_password() -> str | Response | tuple[str, int]:
    """Choose a new password."""
    form = PasswordForm()
    if form.validate_on_submit():
        try:
            session_id = current_user.session_id
            accounts.change_password(actor(), form.old.data, form.new.data, session_id=session_id, now=now())
        except Faulty as refusal:
            form.old.errors = [say(refusal.words)]
            return render_template("accounts/change_password.html", form=form), refusal.status
        flash(_("Your password is changed."), "done")
        return redirect(url_for("home.show"))
    return render_template("accounts/change_password.html", form=form), 422 if form.errors else 200


@bp.post("/account/preferences")
@public
def save_preferences() -> Response:
    """Keep a choice of language or look, and go back to the page it was made on."""
    language, theme = request.form.get("language"), request.form.get("theme")
    if (language and language not in languages()) or (theme and theme not in {"auto", "light", "dark"}):
        abort(404)
    if current_user.is_authenticated:
        accounts.save_preferences(actor(), language=language, theme=theme)
    elif language:
        session["language"] = language
    return redirect(on_this_site(request.form.get("back")) or "/")


def _ask_who(form: SignInForm) -> str:
    return render_template(
        "accounts/sign_in.html",
        form=form,
        exam_form=ExamCodeForm(formdata=None),
        from_exam=came_from_exam(),
        shown_code=visiting.find_shown_code(),
    )
