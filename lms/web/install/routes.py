"""The page from which devices install the site's own certificate, and the certificate; nothing where there is none."""

from flask import Blueprint, current_app, render_template
from werkzeug.wrappers import Response

from lms.local_authority import LocalAuthority, find_authority
from lms.permissions import public
from lms.services.errors import Absent

bp = Blueprint("install", __name__, url_prefix="/install")
SYSTEMS = ("android", "iphone", "windows", "mac", "linux", "firefox")


@bp.get("")
@public
def show() -> str:
    """How the certificate is installed, a few lines for each system."""
    return render_template("install/show.html", authority=_authority(), systems=SYSTEMS)


@bp.get("/yogyata.crt")
@public
def download() -> Response:
    """The certificate of the authority."""
    headers = {"Content-Disposition": "attachment; filename=yogyata.crt"}
    return Response(_authority().for_devices(), mimetype="application/x-x509-ca-cert", headers=headers)


def _authority() -> LocalAuthority:
    authority = find_authority(current_app.config["SETTINGS"].instance)
    if authority is None:
        raise Absent
    return authority
