"""What the queue can carry: doing a job, and the sweep that finds jobs nobody does and exams that are over."""

from functools import cache

from flask import Flask
from huey import Huey, crontab
from huey.api import TaskWrapper

from lms.app import create_app
from lms.clock import now
from lms.services import delivery, jobs, mocks
from lms.settings import Settings


def bind(queue: Huey) -> TaskWrapper:
    """Give a queue its tasks; returns the one that does a job."""

    @queue.task(name="run_job")
    def run_job(job_id: int) -> None:
        with _site().app_context():
            jobs.run_job(job_id, now)

    @queue.periodic_task(crontab(minute="*"), name="sweep")
    def sweep() -> None:
        with _site().app_context():
            delivery.close_expired(now=now())
            mocks.close_expired(now=now())
            for job_id in jobs.list_due(now()):
                run_job(job_id)

    wrapper: TaskWrapper = run_job
    return wrapper


@cache
def _site() -> Flask:
    """The app of this process: made after the fork, so that no connection is shared."""
    return create_app(Settings.load())
