"""A hall of candidates behind one address: their slips, and what their devices send from the door to the paper."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

from lms.extensions import db
from lms.permissions import Actor
from lms.services import exam_codes
from lms.tables.assessing import AssessmentRow
from lms.tables.people import PersonRow, Role, RoleGrantRow
from lms.tables.training import BatchRow, TraineeRow
from tests import world

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass
class Device:
    """A candidate's browser: what it asked with which status, and whether it came to the paper."""

    url: str
    number: str
    code: str
    mistakes: int = 0
    after: float = 0.0
    statuses: list[int] = field(default_factory=list)
    reached: str = ""
    took: float = 0.0

    def __post_init__(self) -> None:
        self.opener: OpenerDirector = build_opener(HTTPCookieProcessor(CookieJar()))

    def come(self) -> "Device":
        """From the door to the paper, with as many mistyped codes before as are told."""
        time.sleep(self.after)
        begun = time.monotonic()
        token = _token(self.ask("/exam")[1])
        for code in [_mistyped(self.code)] * self.mistakes + [self.code]:
            fields = {"number": self.number, "code": code, "csrf_token": token}
            address, page = self.ask("/exam/sign-in", fields)
            token = _token(page)
        address, page = self.ask(f"{address}/start", {"csrf_token": token})
        self.reached, self.took = address, time.monotonic() - begun
        return self

    def ask(self, path: str, fields: dict[str, str] | None = None) -> tuple[str, str]:
        """The address one comes to, and its page."""
        data = urlencode(fields).encode() if fields else None
        try:
            reply = self.opener.open(Request(self.url + path, data=data), timeout=60)  # noqa: S310
        except HTTPError as refused:
            reply = refused
        self.statuses.append(reply.status)
        return reply.url.removeprefix(self.url), reply.read().decode()


def come_all(devices: list[Device]) -> None:
    """All of them at once, each when its time has come."""
    with ThreadPoolExecutor(len(devices)) as hall:
        list(hall.map(Device.come, devices))


def seat(count: int) -> None:
    """Put so many more trainees into the world's batch, before its assessment is made."""
    batch = db.session.query(BatchRow).filter_by(code="B-TC-1").one()
    known = db.session.query(PersonRow).filter_by(login="trainee").one()
    for number in range(count):
        person = PersonRow(
            login=f"hall-{number}", name=f"Hall {number}", password_hash=known.password_hash, created_at=world.DAY
        )
        person.grants = [RoleGrantRow(role=Role.TRAINEE, organisation_id=batch.centre_id)]
        db.session.add(TraineeRow(batch_id=batch.id, person=person, enrolment_number=f"H-{number:03}", attendance="92"))
    db.session.commit()


def slips_of(actor: Actor, assessment: AssessmentRow, now) -> list[tuple[str, str]]:
    """Number and code of every candidate."""
    slips = exam_codes.make_codes(actor, assessment.id, form="the form of a whole hall", now=now)
    return [(slip.candidate.number, slip.code) for slip in slips]


def _mistyped(code: str) -> str:
    return code[:-1] + ("A" if code[-1] != "A" else "C")


def _token(page: str) -> str:
    return _TOKEN.search(page)[1]
