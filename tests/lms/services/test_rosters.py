"""Rosters: a whole file is checked first, every fault at its cell, and is imported whole or not at all."""

import zipfile
from datetime import date
from io import BytesIO

import pytest

from lms.extensions import db
from lms.reports import rosters as files
from lms.reports.reading import read_table
from lms.services import (
    accounts,
    rosters,
    slips,
    trainees,
)
from lms.services.enrolling import login_from
from lms.services.errors import Absent, Conflict, Faulty, NotAllowed
from lms.services.roster_columns import Field
from lms.services.roster_plan import Effect
from lms.tables.people import PersonRow, Role
from lms.tables.training import RosterUploadRow, TraineeRow
from tests.conftest import BOTH
from tests.lms.services.training_steps import (
    HEADER,
    NOW,
    TWO,
    acts_on,
    batch_of,
    check,
    faults,
    import_it,
    open_batch,
    trainee,
)


@BOTH
def test_checking_writes_nothing_to_the_batch(app, actor) -> None:
    before = db.session.query(TraineeRow).count(), db.session.query(PersonRow).count()
    upload = check(actor, TWO)
    plan = rosters.plan_of(upload, NOW)
    assert [planned.effect for planned in plan.rows] == [Effect.NEW, Effect.NEW]
    assert (db.session.query(TraineeRow).count(), db.session.query(PersonRow).count()) == before


@pytest.mark.parametrize(
    ("cells", "field", "words"),
    [
        (",Asha Devi,,2004-03-31,,,", "enrolment_number", "This cell is empty"),
        ("N/A,Asha Devi,,2004-03-31,,,", "enrolment_number", "not an enrolment number"),
        ("N-1,,,2004-03-31,,,", "name", "This cell is empty"),
        ("N-1,null,,2004-03-31,,,", "name", "not a person’s name"),
        ("N-1,Migrated Data,,2004-03-31,,,", "name", "not a person’s name"),
        ("N-1,1234,,2004-03-31,,,", "name", "not a person’s name"),
        ("N-1,Asha 2,,2004-03-31,,,", "name", "not a person’s name"),
        ("N-1,<b>Asha</b>,,2004-03-31,,,", "name", "not a person’s name"),
        ("N-1,Asha,NA,2004-03-31,,,", "guardian", "Leave the cell empty"),
        ("N-1,Asha,xxx,2004-03-31,,,", "guardian", "Leave the cell empty"),
        ("N-1,Asha,,,,,", "born_on", "needs a birth date"),
        ("N-1,Asha,,31/02/2004,,,", "born_on", "not a date"),
        ("N-1,Asha,,04/25/2004,,,", "born_on", "not a date"),
        ("N-1,Asha,,31/3/04,,,", "born_on", "not a date"),
        ("N-1,Asha,,2027-01-01,,,", "born_on", "Check the year"),
        ("N-1,Asha,,1804-01-01,,,", "born_on", "Check the year"),
        ("N-1,Asha,,2012-08-04,,,", "born_on", "Only 13 years old"),
        ("N-1,Asha,,2004-03-31,11111111,,", "phone", "not a real phone number"),
        ("N-1,Asha,,2004-03-31,call me,,", "phone", "8 to 15 digits"),
        ("N-1,Asha,,2004-03-31,,101,", "attendance_percent", "from 0 to 100"),
        ("N-1,Asha,,2004-03-31,,-5,", "attendance_percent", "from 0 to 100"),
        ("N-1,Asha,,2004-03-31,,9e1,", "attendance_percent", "from 0 to 100"),
        ("N-1,Asha,,2004-03-31,,0.92,", "attendance_percent", "Write 92"),
        ("N-1,Asha,,2004-03-31,,,A b", "user_name", "cannot be a user name"),
        ("N-1,Asha,,2004-03-31,,,centre", "user_name", "is taken"),
        ("N-1,=1+1,,2004-03-31,,,", "name", "formula"),
        ("N-1,@cmd,,2004-03-31,,,", "name", "formula"),
        ("N-1,A\u202esha,,2004-03-31,,,", "name", "unseen sign"),
        ("N-1,A\x07sha,,2004-03-31,,,", "name", "unseen sign"),
        (f"N-1,{'a' * 151},,2004-03-31,,,", "name", "too long"),
    ],
)
def test_every_fault_stands_at_its_cell_and_says_what_would_be_right(
    app, actor, cells: str, field: str, words: str
) -> None:
    found = faults(actor, HEADER + cells + "\n")
    assert list(found) == [(2, field)]
    assert words in found[2, field]


@pytest.mark.parametrize("name", ["Mary-Jane D’Souza", "Md. Ali", "K. Rani (Asha)", "अनिल कुमार", "ம. கார்த்திக்"])
def test_names_are_kept_as_people_write_them(app, actor, name: str) -> None:
    plan = rosters.plan_of(check(actor, f"{HEADER}N-1,{name},{name},2004-03-31,,,\n"), NOW)
    assert not plan.rows[0].row.problems
    assert (plan.rows[0].row.texts[Field.NAME], plan.rows[0].row.texts[Field.GUARDIAN]) == (name, name)


@pytest.mark.parametrize(
    ("written", "kept"),
    [("92", "92"), ("92.50", "92.50"), ("87,5 %", "87.5"), ("0", "0"), ("100%", "100"), ("1%", "1"), ("९२", "92")],
)
def test_attendance_is_kept_as_exact_text(app, actor, written: str, kept: str) -> None:
    plan = rosters.plan_of(check(actor, f'{HEADER}N-1,Asha,,2004-03-31,,"{written}",\n'), NOW)
    assert plan.rows[0].row.texts[Field.ATTENDANCE] == kept


@pytest.mark.parametrize(
    "written", ["2004-03-31", "31/03/2004", "31.3.2004", "31-Mar-2004", "31 March 2004", "2004-03-31 00:00:00"]
)
def test_dates_are_read_as_they_are_written_in_the_field(app, actor, written: str) -> None:
    plan = rosters.plan_of(check(actor, f"{HEADER}N-1,Asha,,{written},,,\n"), NOW)
    assert plan.rows[0].row.born_on == date(2004, 3, 31)


def test_what_is_said_twice_in_a_file_is_told_at_both_places(app, actor) -> None:
    rows = ["N-1,Asha Devi,Ram,2004-03-31,,,asha", "n-1,Other,,2004-03-30,,,asha", "N-3,asha  devi,RAM,31/03/2004,,,"]
    found = faults(actor, HEADER + "\n".join(rows))
    assert set(found) == {
        (2, "enrolment_number"),
        (3, "enrolment_number"),
        (2, "user_name"),
        (3, "user_name"),
        (2, "name"),
        (4, "name"),
    }
    assert "row 4" in found[2, "name"]


def test_all_missing_columns_are_named_at_once_with_the_closest_headers(app, actor) -> None:
    with pytest.raises(Faulty) as refusal:
        check(actor, "Enrol. numbr,Date of brith,Phone\n1,2,3\n")
    words = str(refusal.value.words)
    assert "enrolment_number (“Enrol. numbr”?), name, born_on (“Date of brith”?)" in words


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7", HEADER.encode(), files.template_file("csv", str), files.template_file("xlsx", str)]
)
def test_a_file_without_trainees_is_refused_and_not_kept(app, actor, content: bytes) -> None:
    with pytest.raises(Faulty):
        check(actor, content)
    assert not db.session.query(RosterUploadRow).count()


def test_more_than_500_trainees_in_one_file_are_refused(app, actor) -> None:
    rows = "".join(f"N-{n},Asha,,2004-03-31,,,\n" for n in range(501))
    with pytest.raises(Faulty, match="At most 500"):
        check(actor, HEADER + rows)


def test_a_title_above_the_header_and_columns_of_no_use_are_no_harm(app, actor) -> None:
    header = "S.No,Trainee Name,Candidate ID,DOB,Mother's name,Father's name\n"
    text = f"Batch B-104,,,\n\n{header}1,Asha,N-1,2004-03-31,Sita,Ram\n"
    plan = rosters.plan_of(check(actor, text), NOW)
    assert plan.header.unused == ("S.No", "Mother's name")
    assert plan.rows[0].row.texts[Field.GUARDIAN] == "Ram"
    assert plan.rows[0].row.number == 4


def test_the_error_file_is_the_same_file_with_one_more_column(app, actor) -> None:
    upload = check(actor, HEADER + "N-1,=1+1,,2004-03-31,+919000012345,,\n")
    for _ in range(2):
        content = files.error_file(rosters.table_of(upload), rosters.plan_of(upload, NOW), str)
        table = read_table(content, max_rows=10)
        assert table.rows[0][-1] == "error"
        assert table.rows[0].count("error") == 1
        assert table.rows[1][:5] == ("N-1", "'=1+1", "", "2004-03-31", "'+919000012345")
        assert table.rows[1][-1] == "name: This looks like a formula. Write the value itself."
        upload = check(actor, content)


# Importing


@BOTH
def test_importing_enrols_all_with_slips_that_open_the_site(app, actor) -> None:
    done = import_it(actor, check(actor, TWO))
    assert [(person.login, person.name) for person, _ in done.slips] == [
        ("asha.devi", "Asha Devi"),
        ("ravi", "Ravi Kumar"),
    ]
    asha = trainee("N-1")
    assert (asha.attendance, asha.born_on, asha.guardian) == ("92.50", date(2004, 3, 31), "Ram Lal")
    assert "imported 2 trainees from roster.csv: 2 new, 0 changed" in acts_on("batch", batch_of().id)
    person, password = done.slips[0]
    token = accounts.sign_in(person.login, password, device="phone", now=NOW)
    assert accounts.actor_of(accounts.find_session(token).person).has(Role.TRAINEE)


@BOTH
def test_a_roster_is_imported_once(app, actor) -> None:
    upload = check(actor, TWO)
    import_it(actor, upload)
    with pytest.raises(Conflict, match="imported already"):
        import_it(actor, upload)
    assert db.session.query(TraineeRow).filter_by(batch_id=batch_of().id).count() == 6


@BOTH
def test_two_imports_at_the_same_moment_are_one(app, actor, monkeypatch) -> None:
    upload = check(actor, TWO)
    number, batch_id, hashing = upload.id, upload.batch_id, rosters.make_secrets

    def overtaken(count: int):
        monkeypatch.setattr(rosters, "make_secrets", hashing)
        rosters.import_roster(actor("centre"), batch_id, number, now=NOW)
        return hashing(count)

    monkeypatch.setattr(rosters, "make_secrets", overtaken)
    with pytest.raises(Conflict, match="imported already"):
        rosters.import_roster(actor("centre"), batch_id, number, now=NOW)
    assert db.session.query(TraineeRow).filter_by(enrolment_number="N-1").count() == 1


def test_a_roster_with_one_error_imports_nothing(app, actor) -> None:
    upload = check(actor, TWO + "N-3,null,,2004-03-31,,,\n")
    with pytest.raises(Conflict, match="Nothing was imported"):
        import_it(actor, upload)
    assert trainee("N-1") is None
    assert db.session.get_one(RosterUploadRow, upload.id).state == rosters.UploadState.CHECKED


@BOTH
def test_a_user_name_that_no_database_holds_is_told_at_its_cell(app, actor) -> None:
    others = "".join(f"N-{number},Asha,,2004-03-31,,,\n" for number in range(100))
    found = faults(actor, f"{HEADER}{others}N-100,Asha,,2004-03-31,,,a\0b\n")
    assert "unseen sign" in found[102, "user_name"]


def test_a_column_of_user_names_that_is_repeated_without_end_is_told(app, actor) -> None:
    head = ",".join([HEADER.strip(), *["user_name"] * 90])
    rows = (
        ",".join([f"N-{number},Asha,,2004-03-31,,,", *(f"name.{number}.{place}" for place in range(90))])
        for number in range(500)
    )
    with pytest.raises(Faulty, match="Two columns are headed"):
        check(actor, "\n".join([head, *rows]))


def test_a_user_name_taken_since_the_check_stops_the_import(app, actor) -> None:
    upload = check(actor, TWO)
    db.session.query(PersonRow).filter_by(login="council2").update({"login": "ravi"})
    db.session.commit()
    with pytest.raises(Conflict, match="no longer fit"):
        import_it(actor, upload)
    assert trainee("N-1") is None


@BOTH
def test_the_same_numbers_again_change_what_differs_and_empty_cells_change_nothing(app, actor) -> None:
    import_it(actor, check(actor, TWO))
    again = HEADER + "N-1,Asha Devi Rao,,2004-03-31,,93,\nN-2,Ravi Kumar,,,,,\nN-3,Nila,,2005-01-01,,,\n"
    upload = check(actor, again)
    plan = rosters.plan_of(upload, NOW)
    assert [planned.effect for planned in plan.rows] == [Effect.CHANGED, Effect.SAME, Effect.NEW]
    done = import_it(actor, upload)
    asha = trainee("N-1")
    assert (asha.person.name, asha.attendance, asha.guardian) == ("Asha Devi Rao", "93", "Ram Lal")
    assert [person.name for person, _ in done.slips] == ["Nila"]
    assert "changed the attendance from “92.50” to “93”" in acts_on("trainee", asha.id)
    assert "imported 3 trainees from roster.csv: 1 new, 1 changed" in acts_on("batch", batch_of().id)


def test_a_number_does_not_pass_to_another_person(app, actor) -> None:
    import_it(actor, check(actor, TWO))
    found = faults(actor, HEADER + "N-1,Other Person,,2001-01-01,,,\nN-2,Ravi Kumar,,,,,other.login\n")
    assert "belongs to Asha Devi" in found[2, "enrolment_number"]
    assert "signs in as ravi" in found[3, "user_name"]


def test_a_person_in_the_batch_is_not_enrolled_under_a_second_number(app, actor) -> None:
    import_it(actor, check(actor, TWO))
    assert (
        "with the number N-1" in faults(actor, HEADER + "N-9,ASHA DEVI,Ram Lal,31/03/2004,,,\n")[2, "enrolment_number"]
    )


def test_a_trainee_of_the_centre_joins_another_batch_with_their_own_user_name(app, actor) -> None:
    batch = open_batch(actor)
    done = import_it(actor, check(actor, HEADER + "X-1,Trainee,,2004-03-31,,,trainee\n", batch))
    assert (done.new, done.slips) == (1, [])
    strange = check(actor, HEADER + "X-2,Trainee The Second,,2004-03-31,,,trainee2\n", batch)
    assert rosters.plan_of(strange, NOW).rows[0].effect is Effect.FAULTY


def test_the_downloaded_list_comes_back_unchanged(app, actor) -> None:
    import_it(actor, check(actor, TWO))
    texts = rosters.texts_of_many(trainees.list_trainees(batch_of()))
    for kind in ("csv", "xlsx"):
        plan = rosters.plan_of(check(actor, files.trainees_file(kind, texts, str)), NOW)
        assert {planned.effect for planned in plan.rows} == {Effect.SAME}
        assert not plan.may_be_imported


def test_user_names_are_made_from_names_and_never_twice(app, actor) -> None:
    rows = "".join(f"N-{n},Asha Devi,Father {'abc'[n]},2004-03-31,,,\n" for n in range(3))
    done = import_it(actor, check(actor, HEADER + rows + "N-9,अनिल कुमार,,2004-03-31,,,\n"))
    assert [person.login for person, _ in done.slips] == ["asha.devi", "asha.devi2", "asha.devi3", "t-n-9"]
    assert login_from("Łukasz Żak", "1") == "lukasz.zak"


def test_a_later_upload_takes_the_place_of_an_unimported_one(app, actor) -> None:
    first, second = check(actor, TWO), check(actor, TWO)
    assert rosters.find_waiting(batch_of().id).id == second.id
    with pytest.raises(Conflict, match="put away"):
        import_it(actor, first)
    rosters.discard_roster(actor("centre"), batch_of().id, second.id)
    rosters.discard_roster(actor("centre"), batch_of().id, second.id)
    assert rosters.find_waiting(batch_of().id) is None


@pytest.mark.parametrize(
    ("login", "refusal"), [("centre2", Absent), ("trainer", NotAllowed), ("council", NotAllowed), ("agency", Absent)]
)
def test_only_the_staff_of_its_centre_touches_a_batchs_roster(app, actor, login: str, refusal) -> None:
    upload = check(actor, TWO)
    stranger, batch_id = actor(login), batch_of().id
    for act in (
        lambda: rosters.check_roster(stranger, batch_id, file_name="r.csv", content=TWO.encode(), now=NOW),
        lambda: rosters.get_upload(stranger, batch_id, upload.id),
        lambda: rosters.import_roster(stranger, batch_id, upload.id, now=NOW),
        lambda: rosters.discard_roster(stranger, batch_id, upload.id),
        lambda: slips.renew_slips(stranger, batch_id, now=NOW),
    ):
        with pytest.raises(refusal):
            act()


def test_a_roster_is_not_reached_through_another_batch(app, actor) -> None:
    upload, batch = check(actor, TWO), open_batch(actor)
    with pytest.raises(Absent):
        rosters.get_upload(actor("centre"), batch.id, upload.id)


def test_the_template_has_notes_rules_and_examples(app) -> None:
    book = zipfile.ZipFile(BytesIO(files.template_file("xlsx", str)))
    assert b"dataValidation" in book.read("xl/worksheets/sheet1.xml")
    assert b"printed on the certificate" in book.read("xl/comments1.xml")
    assert files.EXAMPLES[0][1].encode() in book.read("xl/sharedStrings.xml")
