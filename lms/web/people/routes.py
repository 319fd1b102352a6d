"""Pages of organisations and people."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields import SelectChoice

from lms.clock import now
from lms.permissions import Permission, requires
from lms.services import history, people
from lms.services.errors import Faulty, Refusal
from lms.tables.people import OrganisationKind, OrganisationRow, PersonRow, Role, Standing
from lms.web.filters import say
from lms.web.gate import actor
from lms.web.intake import whole_number
from lms.web.people.forms import OrganisationForm, PersonForm, ReasonForm, new_once
from lms.web.words import ORGANISATION, ROLE

bp = Blueprint("people", __name__)
Page = str | Response | tuple[str, int]


@bp.get("/organisations")
@requires(Permission.ORGANISATION_MANAGE)
def list_organisations() -> str:
    """The council's agencies and centres."""
    return render_template("people/list_organisations.html", organisations=people.list_organisations(actor()))


@bp.route("/organisations/new", methods=["GET", "POST"])
@requires(Permission.ORGANISATION_MANAGE)
def add_organisation() -> Page:
    """Add an agency or a centre."""
    form = OrganisationForm()
    councils = actor().has(Role.ADMINISTRATOR)
    form.kind.choices = [
        SelectChoice(kind, word)
        for kind, word in ORGANISATION.items()
        if (kind is OrganisationKind.COUNCIL) is councils
    ]
    if form.validate_on_submit():
        try:
            row = people.add_organisation(
                actor(),
                kind=form.kind.data,
                code=form.code.data,
                name=form.name.data,
                address=form.address.data or "",
                now=now(),
            )
        except Refusal as refusal:
            form.code.errors = [say(refusal.words)]
            return render_template("people/add_organisation.html", form=form), refusal.status
        flash(_("%(name)s is added.", name=row.name), "done")
        return redirect(url_for("people.show_organisation", organisation_id=row.id))
    return render_template("people/add_organisation.html", form=form), 422 if form.errors else 200


@bp.get("/organisations/<int:organisation_id>")
@requires(Permission.PERSON_MANAGE)
def show_organisation(organisation_id: int) -> str:
    """One organisation with its people and history."""
    row = people.get_organisation(actor(), organisation_id)
    return render_template(
        "people/show_organisation.html",
        organisation=row,
        people=people.list_people(actor(), organisation_id=row.id),
        history=history.list_history("organisation", row.id),
        form=ReasonForm(),
    )


@bp.post("/organisations/<int:organisation_id>/<any(suspend, restore):act>")
@requires(Permission.ORGANISATION_MANAGE)
def change_organisation(organisation_id: int, act: str) -> Page:
    """Suspend or restore an organisation, with a reason."""
    form = ReasonForm()
    if not form.validate_on_submit():
        row = people.get_organisation(actor(), organisation_id)
        flash(_("Nothing was changed: give a reason of 5 to 500 characters."), "bad")
        return redirect(url_for("people.show_organisation", organisation_id=row.id))
    standing = Standing.SUSPENDED if act == "suspend" else Standing.ACTIVE
    people.set_organisation_standing(actor(), organisation_id, standing, why=form.why.data, now=now())
    return redirect(url_for("people.show_organisation", organisation_id=organisation_id))


@bp.get("/people")
@requires(Permission.PERSON_MANAGE)
def list_people() -> str:
    """The people whom one manages, filtered by role and by what they are called."""
    wished, text = request.args.get("role", ""), request.args.get("text", "").strip()
    role = Role(wished) if wished in set(Role) else None
    found = people.list_people(actor(), role=role, text=text)
    return render_template("people/list_people.html", people=found, role=role, roles=ROLE, text=text)


@bp.route("/people/new", methods=["GET", "POST"])
@requires(Permission.PERSON_MANAGE)
def add_person() -> Page:
    """Add a person and show their sign-in slip."""
    form = PersonForm()
    organisations = {row.id: row for row in _own_organisations()}
    form.organisation.choices = [SelectChoice(row.id, row.name) for row in organisations.values()]
    given = sorted({role for row in organisations.values() for role in people.roles_to_give(row)})
    form.role.choices = [SelectChoice(role, ROLE[role]) for role in given]
    if request.method == "GET" and (wished := request.args.get("organisation", type=whole_number)):
        form.organisation.data = wished
    if form.validate_on_submit():
        try:
            row, password = people.add_person(
                actor(),
                name=form.name.data,
                login=form.login.data,
                email=form.email.data or "",
                phone=form.phone.data or "",
                role=form.role.data,
                organisation_id=form.organisation.data,
                now=now(),
                form=form.once.data or "",
            )
        except Refusal as refusal:
            _refused(form, refusal, organisations[form.organisation.data])
            return render_template("people/add_person.html", form=form), refusal.status
        return _slip(row, password)
    return render_template("people/add_person.html", form=form), 422 if form.errors else 200


def _refused(form: PersonForm, refusal: Refusal, organisation: OrganisationRow) -> None:
    """The refusal beside what caused it: the role, the name, or the user name."""
    words = say(refusal.words)
    if isinstance(refusal, people.UnfitRole):
        fitting = ", ".join(str(ROLE[role]) for role in people.roles_to_give(organisation))
        form.role.errors = [f"{words} {_('It can have: %(roles)s.', roles=fitting)}"]
    elif isinstance(refusal, Faulty):
        form.name.errors = [words]
    else:
        form.login.errors = [words]


@bp.get("/people/<int:person_id>")
@requires(Permission.PERSON_MANAGE)
def show_person(person_id: int) -> str:
    """One person with roles and history."""
    row = people.get_person(actor(), person_id)
    return render_template(
        "people/show_person.html",
        person=row,
        history=history.list_history("person", row.id),
        form=ReasonForm(),
        once=new_once(),
    )


@bp.post("/people/<int:person_id>/<any(suspend, restore):act>")
@requires(Permission.PERSON_MANAGE)
def change_person(person_id: int, act: str) -> Page:
    """Suspend or restore a person, with a reason."""
    form = ReasonForm()
    row = people.get_person(actor(), person_id)
    if not form.validate_on_submit():
        flash(_("Nothing was changed: give a reason of 5 to 500 characters."), "bad")
    else:
        standing = Standing.SUSPENDED if act == "suspend" else Standing.ACTIVE
        people.set_person_standing(actor(), row.id, standing, why=form.why.data, now=now())
    return redirect(url_for("people.show_person", person_id=person_id))


@bp.post("/people/<int:person_id>/slip")
@requires(Permission.PERSON_MANAGE)
def reset_password(person_id: int) -> Page:
    """Make a new password and show the slip, once."""
    return _slip(*people.reset_password(actor(), person_id, now=now(), form=request.form.get("once", "")))


def _slip(row: PersonRow, password: str) -> str:
    return render_template("people/slips.html", slips=[(row, password)])


def _own_organisations():  # type: ignore[no-untyped-def]
    """Those one manages and those one works in, each once."""
    mine = [people.get_organisation(actor(), number) for number in sorted(actor().organisations(*Role))]
    return {row.id: row for row in [*mine, *people.list_organisations(actor())]}.values()
