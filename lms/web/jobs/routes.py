"""The page of one piece of long work."""

from flask import Blueprint, current_app, redirect, render_template, url_for
from werkzeug.wrappers import Response

from lms.clock import now
from lms.jobs.queue import wake
from lms.permissions import Permission, requires
from lms.services import jobs
from lms.web.gate import actor

bp = Blueprint("jobs", __name__, url_prefix="/jobs")


@bp.get("/<int:job_id>")
@requires(Permission.ACCOUNT_USE)
def show(job_id: int) -> str:
    """How far the work is; leaving the page stops nothing."""
    job = jobs.get_job(actor(), job_id)
    done = sum(item.state == "done" for item in job.items)
    failed = [item for item in job.items if item.state == "failed"]
    return render_template(
        "jobs/show.html", job=job, title=jobs.words_of(job), done=done, failed=failed, total=len(job.items)
    )


@bp.post("/<int:job_id>/cancel")
@requires(Permission.ACCOUNT_USE)
def cancel(job_id: int) -> Response:
    """Stop after the unit in hand."""
    jobs.cancel_job(actor(), job_id, now=now())
    return redirect(url_for("jobs.show", job_id=job_id))


@bp.post("/<int:job_id>/resume")
@requires(Permission.ACCOUNT_USE)
def resume(job_id: int) -> Response:
    """Go on with what is not done."""
    jobs.resume_job(actor(), job_id)
    wake(current_app.config["SETTINGS"], job_id)
    return redirect(url_for("jobs.show", job_id=job_id))
