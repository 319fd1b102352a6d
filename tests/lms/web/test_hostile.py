"""What somebody may send who means no good: refused in words, and never a fault of ours."""

import io
import sqlite3

import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError

from lms.extensions import close_connections, db
from lms.permissions import public
from lms.services import answer_files, drawing, paper_uploads, rosters
from lms.tables.assessing import PaperRow, PracticalSheetRow
from lms.tables.attempts import AnswerEventRow, AttemptRow
from lms.tables.marking import PracticalScoreRow
from lms.tables.training import BatchRow
from lms.web.bearer import token_of
from tests import world
from tests.conftest import BOTH, site_on
from tests.exams import a_drawn_assessment, candidate_of
from tests.lms.services import assessing_steps as steps
from tests.lms.services import skill_steps

HUGE = "9" * 30
OVER = str(2**31)
MANY_DIGITS = "9" * 5000


def id_addresses(app) -> list[str]:
    """Every address with one number in it, and that number too large for any row."""
    found = []
    for rule in app.url_map.iter_rules():
        numbers = {name for name in rule.arguments if name.endswith("_id")}
        if len(numbers) == 1 and numbers == rule.arguments and "GET" in rule.methods:
            found.append(rule.build({numbers.pop(): 7})[1].replace("7", "{}"))
    return found


@BOTH
def test_a_number_that_no_row_can_have_is_an_address_with_nothing_there(app, signed_in) -> None:
    browser, addresses = signed_in("council"), id_addresses(app)
    assert len(addresses) > 15
    asked = [address.format(number) for address in addresses for number in (HUGE, OVER, "-1", "1.0", "١")]
    wrong = {address: browser.get(address).status_code for address in asked}
    assert set(wrong.values()) <= {403, 404}, wrong


ADDRESSES = [
    ("council", f"/assessments/new?batch={HUGE}"),
    ("council", f"/assessments/new?batch={MANY_DIGITS}"),
    ("council", "/people/new?organisation=²"),
    ("council", f"/people/new?organisation={MANY_DIGITS}"),
    ("council", f"/learn?pack={HUGE}"),
    ("trainee", f"/practice/asc-n1105?since={HUGE}"),
    ("council", "/verify?code=http://["),
    ("council", "/verify?code=%00"),
    ("council", f"/verify?code={MANY_DIGITS}"),
    ("council", "/verify/%00"),
    ("council", "/assessments?text=%00"),
    ("council", "/batches?text=%00&pack=%00&state=%00"),
    ("council", "/packs/1/bank?unit=%00"),
    ("council", "/packs/drafts/%00"),
    ("council", "/exports?since=0001-01-01"),
    ("council", "/exports?until=9999-12-31"),
    ("trainee", "/practice/%00"),
    ("trainer", f"/batches/1/feedback/new?to={MANY_DIGITS}"),
    ("trainer", f"/batches/1/assignments/new?to={MANY_DIGITS}"),
]


@BOTH
def test_a_strange_address_is_answered_in_words(signed_in) -> None:
    browsers = {login: signed_in(login) for login, _ in ADDRESSES}
    found = {address[:60]: browsers[login].get(address).status_code for login, address in ADDRESSES}
    assert {address: status for address, status in found.items() if status >= 500} == {}


FORMS: list[tuple[str, str, dict[str, str]]] = [
    ("council", "/sign-in", {"login": "a\0b", "password": "c\0d"}),
    ("centre", "/people/new", {"name": "Meera\0Nair", "login": "meera.nair", "role": "trainer"}),
    ("centre", "/people/new", {"name": "Meera Nair", "login": "meera.nair", "email": f"{'a' * 400}@b.in"}),
    ("centre", "/batches/new", {"code": "B-9", "name": "a\0b", "starts_on": "2026-01-01", "ends_on": "2026-02-01"}),
    ("centre", "/batches/new", {"code": "B-9", "name": "Old", "starts_on": "0001-01-01", "ends_on": "0001-02-01"}),
    ("centre", "/batches/new", {"code": "B-9", "name": "New", "starts_on": "9999-01-01", "ends_on": "9999-12-31"}),
    ("council", "/assessments/new?batch=1", {"opens_at": "0001-01-01T00:00", "closes_at": "9999-12-31T23:59"}),
    ("council", "/assessments/new?batch=1", {f"extra-{MANY_DIGITS}": "1", "extra-1": MANY_DIGITS}),
    ("council", "/account/preferences", {"theme": "dark", "back": "/\0"}),
    ("trainer", "/batches/1/assignments/new", {"to": MANY_DIGITS}),
    ("trainer", "/batches/1/observations/new", {"to": MANY_DIGITS}),
    ("trainer", "/batches/1/feedback/new", {"to": MANY_DIGITS}),
    ("centre", "/batches/1/register/2026-08-04", {f"mark-{MANY_DIGITS}": "present", "seen": "0"}),
    ("agency", "/assessments/1/paper/print", {"large": "١"}),
    ("trainee", "/practice/asc-n1105", {"item": OVER, "try_number": "1", "choice": "A"}),
    ("trainee", "/practice/asc-n1105", {"item": HUGE, "try_number": HUGE, "choice": "A"}),
]


@BOTH
def test_a_strange_form_is_answered_in_words(signed_in) -> None:
    browsers = {login: signed_in(login) for login, _, _ in FORMS}
    facts = {"centre": "4", "pack": "1", "organisation": "4", "role": "trainer", "agency": "3"}
    found = {str(sent)[:60]: browsers[login].post(where, data=facts | sent).status_code for login, where, sent in FORMS}
    assert {sent: status for sent, status in found.items() if status >= 500} == {}


@pytest.mark.parametrize("sent", ["x", [], [1], {"number": ["1"]}, None, 7])
def test_json_is_no_form(app, sent: object) -> None:
    assert app.test_client().post("/exam/sign-in", json=sent).status_code == 422


SEATS: list[dict[str, str]] = [
    {"large": "١"},
    {"large": HUGE},
    {"large": MANY_DIGITS},
    {f"room-{HUGE}": "Hall A"},
    {f"room-{OVER}": "Hall A"},
    {"room-²": "Hall A"},
    {"room-١": "Hall A"},
    {"room-": "Hall A"},
]


@BOTH
def test_a_seating_with_numbers_that_nobody_has_changes_nobody(signed_in, actor) -> None:
    row, browser = steps.drawn(actor), signed_in("agency")
    found = [browser.post(f"/assessments/{row.id}/rooms", data=sent).status_code for sent in SEATS]
    assert found == [302] * len(SEATS)
    db.session.expire_all()
    assert {(one.room, one.large_print) for one in row.candidates} == {("", False)}


@BOTH
def test_what_cannot_be_kept_on_every_database_is_refused_before_anything_is_done(app, signed_in) -> None:
    batch = db.session.query(BatchRow).filter_by(code="B-TC-1").one()
    facts = {"starts_on": "2026-08-03", "ends_on": "2026-10-30", "name": "Morning\0batch"}
    answer = signed_in("centre").post(f"/batches/{batch.id}/edit", data=facts)
    assert answer.status_code == 422
    assert db.session.get(BatchRow, batch.id).name == "Batch of Centre 1"


BODIES = [
    "[]",
    "[1, 2]",
    '"x"',
    "1",
    "true",
    "{}",
    "null",
    '{"number": []}',
    '{"number": {}}',
    '{"number": 1.9, "place": 1}',
    '{"number": true, "place": true}',
    '{"number": 1e400, "place": 1}',
    '{"number": Infinity, "place": 1}',
    '{"number": NaN, "place": 1}',
    '{"number": 1, "place": 1, "device": 5.5, "seq": 1}',
    '{"number": 1, "place": 1, "device": {"a": 1}, "seq": 1}',
    '{"number": 1, "place": 1, "device": ["a"], "seq": 1}',
    '{"number": 1, "place": 1, "device": "\\ud800", "seq": 1}',
    '{"number": 1, "place": 1, "device": "a\\u0000", "seq": 1}',
    '{"number": 1, "place": 1, "device": "a", "seq": 99999999999}',
    '{"number": 1, "place": 1, "device": "a", "seq": -1}',
    "[" * 100_000,
    '{"a":' * 100_000,
    '{"number": ' + "9" * 5000 + "}",
    "{",
    "",
]


@pytest.fixture
def attempt(app) -> AttemptRow:
    """A trainee's attempt with all the time in the world."""
    candidate = candidate_of(a_drawn_assessment(), "trainee")
    paper = db.session.query(PaperRow).filter_by(candidate_id=candidate.id).one()
    facts = {"candidate_id": candidate.id, "paper_id": paper.id}
    row = AttemptRow(**facts, started_at=world.DAY, deadline_at=world.DAY.replace(year=2126))
    db.session.add(row)
    db.session.commit()
    return row


@BOTH
def test_an_answer_that_is_none_is_refused_and_nothing_is_kept(attempt, signed_in) -> None:
    browser, address = signed_in("trainee"), f"/exam/attempts/{attempt.id}/answers"
    found = {body[:60]: browser.post(address, data=body, content_type="application/json") for body in BODIES}
    assert {body: answer.status_code for body, answer in found.items() if answer.status_code not in {400, 422}} == {}
    assert db.session.query(AnswerEventRow).count() == 0


@BOTH
def test_an_answer_takes_nothing_else_with_it(attempt, signed_in) -> None:
    more = {"id": 9, "attempt_id": 9, "item": "X", "choice": "A", "received_at": "2020-01-01", "payload_hash": "X"}
    sent = {"number": 1, "place": 1, "device": "a", "seq": 1} | more
    assert signed_in("trainee").post(f"/exam/attempts/{attempt.id}/answers", json=sent).status_code == 200
    kept = db.session.query(AnswerEventRow).one()
    assert (kept.attempt_id, kept.received_at.year) == (attempt.id, kept.received_at.now().year)
    assert "X" not in {kept.item, kept.payload_hash}


TAPS: list[dict[str, object]] = [
    {"note": "\ud800"},
    {"note": "a\0b"},
    {"ref": "\ud800"},
    {"share": "1/0"},
    {"share": "١"},
    {"key": ["abcdefgh"]},
    {"note": "n" * 501},
]


@BOTH
def test_a_score_that_is_none_is_refused_and_nothing_is_kept(app, actor, signed_in) -> None:
    row = steps.drawn(actor)
    ref = drawing.material_of(row).scheme.practical_refs[0]
    sheet = db.session.query(PracticalSheetRow).filter_by(candidate_id=row.candidates[0].id).one()
    browser, address = signed_in("assessor"), f"/practicals/sheets/{sheet.id}/scores"
    tap = {"ref": ref, "share": "1", "key": "abcdefgh-1"}
    assert [browser.post(address, json=tap | sent).status_code for sent in TAPS] == [422] * len(TAPS)
    assert db.session.query(PracticalScoreRow).count() == 0


def test_while_somebody_else_holds_the_database_the_answer_is_that_the_site_is_busy(app, signed_in, database) -> None:
    event.listen(
        db.engine, "begin", lambda connection: connection.exec_driver_sql("PRAGMA busy_timeout=20"), insert=True
    )
    browser = signed_in("council")
    other = sqlite3.connect(database.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    answer = browser.post("/account/preferences", data={"theme": "dark"})
    assert answer.status_code == 503
    assert "The site is very busy" in answer.text
    asked_as_script = browser.post("/account/preferences", json={}, headers={"Accept": "application/json"})
    assert asked_as_script.status_code == 503
    assert asked_as_script.json["error"] == "The site is very busy"
    other.execute("COMMIT")
    assert browser.post("/account/preferences", data={"theme": "dark"}).status_code == 302


def test_an_answer_that_waits_for_the_database_in_vain_is_told_so_too(app, signed_in, attempt, database) -> None:
    event.listen(
        db.engine, "begin", lambda connection: connection.exec_driver_sql("PRAGMA busy_timeout=20"), insert=True
    )
    person = attempt.candidate.trainee.person_id
    browser, headers = app.test_client(), {"Authorization": f"Bearer {token_of('attempt', attempt.id, person)}"}
    sent = {"device": "one", "epoch": 1, "events": [{"seq": 1, "number": 1, "place": 1}]}
    where = f"/exam/attempts/{attempt.id}/events"
    other = sqlite3.connect(database.removeprefix("sqlite:///"), isolation_level=None)
    db.session.rollback()
    other.execute("BEGIN IMMEDIATE")
    assert browser.post(where, json=sent, headers=headers).status_code == 503
    other.execute("COMMIT")
    assert len(browser.post(where, json=sent, headers=headers).json["saved"]) == 1


class Watched(io.BytesIO):
    """A body on its way: while it is waited for, everybody else can write to the database."""

    def __init__(self, body: bytes, database: str) -> None:
        super().__init__(body)
        self.database, self.waits = database, 0

    def read(self, *size: int | None) -> bytes:
        """The next piece."""
        self._wait()
        return super().read(*size)

    def readinto(self, buffer: bytearray) -> int:
        """The next piece."""
        self._wait()
        return super().readinto(buffer)

    def _wait(self) -> None:
        self.waits += 1
        write_beside(self.database)


def write_beside(database: str) -> None:
    """Take the turn to write as somebody else would; raises where it is taken."""
    other = sqlite3.connect(database.removeprefix("sqlite:///"), timeout=0)
    other.execute("BEGIN IMMEDIATE")
    other.close()


@pytest.mark.parametrize(
    ("login", "address"),
    [
        ("trainee", "/exam/attempts/{attempt}/answers"),
        ("trainee", "/exam/attempts/{attempt}/events"),
        ("assessor", "/practicals/sheets/1/scores"),
        ("council", "/account/preferences"),
    ],
)
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b'{"theme": "dark"}'),
        ("application/x-www-form-urlencoded", b"theme=dark"),
        ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\ny\r\n--b--'),
    ],
)
def test_who_sends_slowly_keeps_nobody_from_saving(
    attempt, signed_in, database, login: str, address: str, kind: str, body: bytes
) -> None:
    browser, sent = signed_in(login), Watched(body, database)
    where = address.format(attempt=attempt.id)
    answer = browser.post(where, input_stream=sent, content_length=len(body), content_type=kind)
    assert answer.status_code < 500
    assert sent.waits


@pytest.mark.parametrize(
    ("reader", "login", "address", "field"),
    [
        ((rosters, "read_table"), "centre", "/batches/1/roster", "roster"),
        ((paper_uploads, "read_table"), "agency", "/assessments/1/paper/upload", "answers"),
        ((answer_files, "read_sealed"), "agency", "/assessments/1/answer-files", "file"),
    ],
)
def test_while_a_file_is_read_nobody_waits_to_save(
    attempt, signed_in, database, monkeypatch, reader, login: str, address: str, field: str
) -> None:
    module, name = reader
    read, seen = getattr(module, name), []

    def watched(*given, **how):
        seen.append(write_beside(database))
        return read(*given, **how)

    monkeypatch.setattr(module, name, watched)
    sent = {field: (io.BytesIO(b"what,is,this\n"), "a.csv")}
    assert signed_in(login).post(address, data=sent).status_code == 422
    assert seen


@BOTH
@pytest.mark.parametrize(("failed", "status"), [("IntegrityError", 409), ("RuntimeError", 500)])
def test_a_fault_in_the_middle_of_a_change_is_told_in_words(database, tmp_path, failed: str, status: int) -> None:
    @public
    def break_off() -> str:
        db.session.add(BatchRow(code="B-TC-1", name="", centre_id=1, pack_version_id=1, created_at=world.DAY))
        try:
            db.session.flush()
        except IntegrityError as fault:
            raise (fault if failed == "IntegrityError" else RuntimeError("in the middle")) from fault
        return "never"

    site = site_on(tmp_path, database)
    site.add_url_rule("/break-off", view_func=break_off, methods=["POST"])
    site.config["PROPAGATE_EXCEPTIONS"] = False
    with site.app_context():
        browser = site.test_client()
        browser.post("/sign-in", data={"login": "council", "password": world.PASSWORD})
        answer = browser.post("/break-off")
        db.session.remove()
        close_connections()
    assert answer.status_code == status
    assert "Council" in answer.text
    assert ("at the same moment" in answer.text) == (status == 409)


def test_a_file_that_is_too_large_is_taken_to_its_end_so_that_the_words_arrive(app, signed_in) -> None:
    browser, sent = signed_in("council"), io.BytesIO(b"x" * 2_000_000)
    app.config["MAX_CONTENT_LENGTH"] = 1_000_000
    kind = "multipart/form-data; boundary=b"
    answer = browser.post("/packs/new", input_stream=sent, content_length=2_000_000, content_type=kind)
    assert answer.status_code == 413
    assert "The file is too large" in answer.text
    assert sent.read() == b""


def test_evidence_without_end_is_refused_in_words(actor, signed_in) -> None:
    skill_steps.served(actor)
    address = f"/skills/{skill_steps.SKILL}/people/{skill_steps.person('trainee').id}/judge"
    said = {"level": "3", "reasons": "Worked a whole morning at the desk.", "seen": "0", "key": "judgement-1"}
    described = [f"Wrote quote {number} for twelve chairs." for number in range(21)]
    answer = signed_in("assessor").post(address, data={**said, "described": described})
    assert answer.status_code == 422
    assert "Describe at most 20 things" in answer.text


UNSEEN: list[tuple[str, str, dict[str, str]]] = [
    ("trainee", "/skills/SSUP/rate", {"level": "3", "note": "a\0b", "key": "rating-0001"}),
    ("trainer", "/skills/SSUP/people/{}/target", {"level": "3", "reason": "a\0b", "key": "target-0001"}),
    ("trainee", "/skills/%00/rate", {"level": "3", "key": "rating-0001"}),
    ("trainee", "/skills/%00", {}),
    ("trainee", "/skill-records/%00", {}),
    ("trainer", "/skills/SSUP/people?text=%00&batch=%00&only=%00", {}),
    ("council", "/roles/drafts/%00", {}),
    ("council", "/skills/drafts/%00", {}),
    ("council", "/packs/texts/%00", {}),
    ("council", "/marks-sheets/%00", {}),
]


@BOTH
def test_unseen_signs_are_no_fault_of_ours_in_skills_and_texts(signed_in) -> None:
    browsers = {login: signed_in(login) for login in {login for login, _, _ in UNSEEN}}
    person = skill_steps.person("trainee").id
    found = {}
    for login, address, form in UNSEEN:
        place = address.format(person)
        answer = browsers[login].post(place, data=form) if form else browsers[login].get(place)
        found[address] = answer.status_code
    assert {address: status for address, status in found.items() if status >= 500} == {}
