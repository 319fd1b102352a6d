"""Schemes: drafts that are saved and recalculated exactly, and published once."""

import copy
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments.model import AssessmentScheme
from curriculum.loading import get_shipped_pack
from lms.extensions import db
from lms.records.content import pack_of, scheme_of
from lms.services import history, pack_uploads, schemes
from lms.services.errors import Absent, Conflict, Faulty
from lms.services.scheme_faults import SchemeFaults
from lms.tables.content import ContentState, PackVersionRow, SchemeVersionRow
from tests import world
from tests.conftest import BOTH
from tests.lms.pack_files import pack_files, uploads

NOW = world.DAY


@pytest.fixture
def draft(app, actor) -> SchemeVersionRow:
    return schemes.start_draft(actor("council"), in_force().pack_version_id, now=NOW)


def in_force() -> SchemeVersionRow:
    return (
        db.session.query(SchemeVersionRow)
        .filter_by(state=ContentState.PUBLISHED)
        .order_by(SchemeVersionRow.number.desc())
        .first()
    )


def document(row: SchemeVersionRow) -> dict:
    return copy.deepcopy(scheme_of(row).model_dump(mode="json"))


def faults(actor, row: SchemeVersionRow, given: dict) -> dict[str, str]:
    with pytest.raises(SchemeFaults) as refusal:
        schemes.save_draft(actor("council"), row.id, given, seen=row.sha256, now=NOW)
    return {fault.path: str(fault.words) for fault in refusal.value.faults}


def publish(actor, row: SchemeVersionRow, status: str = "sample", typed: str = "") -> SchemeVersionRow:
    return schemes.publish_scheme(actor("council"), row.id, status=status, typed=typed, seen=row.sha256, now=NOW)


@BOTH
def test_editing_a_published_scheme_makes_the_next_draft_once(app, actor) -> None:
    published = in_force()
    drafts = [schemes.start_draft(actor("council"), published.pack_version_id, now=NOW) for _ in range(2)]
    assert (drafts[0].number, drafts[0].id) == (published.number + 1, drafts[1].id)
    assert scheme_of(drafts[0]).units == scheme_of(published).units


@BOTH
def test_many_clicks_at_once_make_one_draft(app, actor) -> None:
    council, pack = actor("council"), in_force().pack_version_id
    db.session.remove()

    def start(_: int) -> int:
        with app.app_context():
            return schemes.start_draft(council, pack, now=NOW).id

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(start, range(12)))) == 1


@BOTH
def test_a_draft_is_saved_recalculated_and_published(actor, draft) -> None:
    given = document(draft)
    given["units"][3]["marks"] = "150"
    given["units"][3]["criteria"][0] |= {"importance": "5", "theory_percent": "100"}
    saved = schemes.save_draft(actor("council"), draft.id, given, seen=draft.sha256, now=NOW)
    scheme = scheme_of(saved)
    assert (scheme.unit_total("ASC/N1105"), scheme.total()) == (150, 550)
    row = publish(actor, saved)
    assert (row.state, row.marks_status, row.published_at) == ("published", "sample", NOW)
    assert in_force().id == row.id
    said = [str(history.words_of(act)) for act in history.list_history("scheme_version", row.id)]
    assert said == ["published scheme 2 with sample marks, 550 in all", "changed the draft", "started the draft"]


SHIPPED = get_shipped_pack("ASC/Q1106")
_LINES = st.tuples(st.integers(0, 5), st.integers(0, 100))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(total=st.integers(0, 500), lines=st.lists(_LINES, min_size=20, max_size=20))
def test_importance_always_adds_up_to_the_units_marks(actor, draft, total: int, lines: list[tuple[int, int]]) -> None:
    given = document(draft)
    unit = given["units"][3]
    unit["marks"] = str(total)
    for line, (importance, percent) in zip(unit["criteria"], lines, strict=True):
        line |= {"importance": str(importance), "theory_percent": str(percent)}
    if total and not any(importance for importance, _ in lines):
        with pytest.raises(SchemeFaults):
            schemes.read_scheme(actor("council"), draft.id, given)
        return
    scheme = schemes.read_scheme(actor("council"), draft.id, given)
    assert scheme.unit_total("ASC/N1105") == total


def test_saving_what_is_there_already_changes_nothing(actor, draft) -> None:
    before = draft.sha256
    saved = schemes.save_draft(actor("council"), draft.id, document(draft), seen="long gone", now=NOW)
    assert saved.sha256 == before
    assert len(history.list_history("scheme_version", draft.id)) == 1


@BOTH
def test_a_draft_that_somebody_else_changed_is_not_overwritten(actor, draft) -> None:
    seen, mine, theirs = draft.sha256, document(draft), document(draft)
    theirs["theory"]["minutes"] = 100
    mine["theory"]["minutes"] = 120
    schemes.save_draft(actor("council"), draft.id, theirs, seen=seen, now=NOW)
    with pytest.raises(Conflict, match="Somebody else changed"):
        schemes.save_draft(actor("council"), draft.id, mine, seen=seen, now=NOW)
    with pytest.raises(Conflict, match="Somebody else changed"):
        schemes.publish_scheme(actor("council"), draft.id, status="sample", typed="", seen=seen, now=NOW)
    assert scheme_of(draft).theory.minutes == 100


def test_every_fault_stands_at_its_path_in_words(actor, draft) -> None:
    given = document(draft)
    given["pass_rule"]["aggregate_percent"] = "seventy"
    given["theory"]["minutes"] = "0"
    given["units"][0]["criteria"][1] |= {"importance": "9", "theory_percent": "1.5"}
    given["units"][1]["criteria"][0]["theory_percent"] = ""
    given["units"][2]["marks"] = "9" * 30
    found = faults(actor, draft, given)
    assert found["pass_rule.aggregate_percent"] == "Write a per cent such as 70 or 66.67."
    assert found["theory.minutes"] == "At least 1."
    assert found["units.0.criteria.1.importance"] == "At most 5."
    assert found["units.0.criteria.1.theory_percent"] == "Write a whole number."
    assert found["units.1.criteria.0.theory_percent"] == "Write a whole number."
    assert found["units.2.marks"] == "At most 10000."


def test_what_a_draft_is_of_cannot_be_changed_by_a_form(actor, draft) -> None:
    given = document(draft) | {"pack": "OTH/Q1", "pack_version": "9", "code": "X", "marks_status": "official"}
    scheme = schemes.read_scheme(actor("council"), draft.id, given)
    assert (scheme.pack, scheme.pack_version, scheme.code) == ("ASC/Q1106", "1.0", "ASC/Q1106-SCHEME")
    assert scheme.specimen


def test_a_scheme_that_does_not_fit_is_kept_as_a_draft_but_not_published(actor, draft) -> None:
    given = document(draft)
    given["units"] = given["units"][:-1]
    saved = schemes.save_draft(actor("council"), draft.id, given, seen=draft.sha256, now=NOW)
    with pytest.raises(SchemeFaults) as refusal:
        publish(actor, saved)
    assert [str(fault.words) for fault in refusal.value.faults] == ["ASC/N1106 has no marks"]
    assert saved.state == ContentState.DRAFT


@BOTH
def test_a_second_click_on_publish_changes_nothing_and_another_status_is_refused(actor, draft) -> None:
    seen = draft.sha256
    first = publish(actor, draft)
    again = schemes.publish_scheme(actor("council"), draft.id, status="sample", typed="", seen=seen, now=NOW)
    assert again.id == first.id
    assert len(history.list_history("scheme_version", draft.id)) == 2
    with pytest.raises(Conflict, match="published already"):
        publish(actor, draft, "official", "ASC/Q1106")


def test_a_published_scheme_can_no_longer_be_saved(actor, draft) -> None:
    publish(actor, draft)
    with pytest.raises(Conflict, match="cannot change"):
        schemes.save_draft(actor("council"), draft.id, document(draft), seen=draft.sha256, now=NOW)


@pytest.mark.parametrize("typed", ["", "yes", "ASC/Q1107"])
def test_official_marks_need_the_packs_code_typed(actor, draft, typed: str) -> None:
    with pytest.raises(Faulty, match="type the pack’s code: ASC/Q1106"):
        publish(actor, draft, "official", typed)
    row = publish(actor, draft, "official", " asc/q1106 ")
    assert row.marks_status == "official"
    assert not scheme_of(row).specimen


@pytest.mark.parametrize("stranger", ["council2", "agency", "centre", "trainer", "assessor", "admin"])
def test_another_councils_draft_is_absent(actor, draft, stranger: str) -> None:
    for act in (
        lambda: schemes.show_scheme(actor(stranger), draft.id),
        lambda: schemes.save_draft(actor(stranger), draft.id, document(draft), seen=draft.sha256, now=NOW),
        lambda: schemes.publish_scheme(
            actor(stranger), draft.id, status="sample", typed="", seen=draft.sha256, now=NOW
        ),
        lambda: schemes.start_draft(actor(stranger), draft.pack_version_id, now=NOW),
        lambda: schemes.changes_of(actor(stranger), draft.id),
    ):
        with pytest.raises(Absent):
            act()


def test_everybody_reads_a_published_scheme_but_its_faults_and_shortages_are_the_councils(actor, draft) -> None:
    page = schemes.show_scheme(actor("trainer2"), in_force().id)
    assert (page.is_own, page.problems, page.shortages) == (False, (), ())
    assert [row.state for row in page.versions] == ["published"]


def test_a_shortage_of_the_bank_is_said_in_words(actor, draft) -> None:
    given = document(draft)
    given["units"][3]["criteria"][3]["theory_items"] = 9
    saved = schemes.save_draft(actor("council"), draft.id, given, seen=draft.sha256, now=NOW)
    page = schemes.show_scheme(actor("council"), saved.id)
    assert [str(shortage.words) for shortage in page.shortages] == [
        "Items for PC4 of ASC/N1105: 9 needed, 3 in the bank"
    ]


def test_a_new_version_of_a_pack_starts_from_the_scheme_of_the_version_before(app, actor) -> None:
    council = actor("council2")

    def version(number: str) -> PackVersionRow:
        digest, _ = pack_uploads.check_upload(council, uploads(pack_files(version=number)))
        return pack_uploads.publish_draft(council, digest, now=NOW)

    first = schemes.start_draft(council, version("1.0").id, now=NOW)
    given = document(first)
    given["units"][0]["criteria"][0]["importance"] = 4
    saved = schemes.save_draft(council, first.id, given, seen=first.sha256, now=NOW)
    schemes.publish_scheme(council, saved.id, status="sample", typed="", seen=saved.sha256, now=NOW)
    second = schemes.start_draft(council, version("1.1").id, now=NOW)
    scheme: AssessmentScheme = scheme_of(second)
    assert (second.number, scheme.pack_version) == (1, "1.1")
    assert scheme.units[0].criteria[0].importance == 4
    assert schemes.changes_of(council, second.id).marks == ()
    assert pack_of(db.session.get(PackVersionRow, second.pack_version_id)).version == "1.1"
