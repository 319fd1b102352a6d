"""Packs: publishing from files, who sees what, what the bank covers, what waits for the council."""

import pytest
from sqlalchemy import func, select

from lms.extensions import db
from lms.services import bank, curriculum, history, pack_revisions, pack_uploads, schemes
from lms.services.errors import Absent, Conflict, NotAllowed
from lms.tables.content import ContentState, ItemVersionRow, PackVersionRow, SchemeVersionRow, UnitVersionRow
from tests import world
from tests.conftest import BOTH
from tests.lms.pack_files import pack_files, uploads, zipped

NOW = world.DAY


def publish(actor, files: dict[str, str]) -> PackVersionRow:
    digest, problems = pack_uploads.check_upload(actor, uploads(files))
    assert digest, [str(problem) for problem in problems]
    return pack_uploads.publish_draft(actor, digest, now=NOW)


def shipped() -> PackVersionRow:
    return db.session.query(PackVersionRow).filter_by(code="ASC/Q1106").one()


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table))


@BOTH
def test_a_sound_pack_is_published_with_its_units_and_history(app, actor) -> None:
    row = publish(actor("council2"), pack_files())
    assert (row.code, row.version, row.council_id) == (
        "OTH/Q9000",
        "1.0",
        min(actor("council2").organisations("council_staff")),
    )
    assert db.session.query(UnitVersionRow).filter_by(code="OTH/N9002").one().title == "Guide"
    [act] = history.list_history("pack_version", row.id)
    assert str(history.words_of(act)) == "published version 1.0 with 4 criteria"


@BOTH
def test_the_same_content_again_changes_nothing(app, actor) -> None:
    first = publish(actor("council2"), pack_files())
    before = (count(PackVersionRow), count(UnitVersionRow))
    again = publish(actor("council2"), dict(reversed(pack_files().items())))
    assert (again.id, count(PackVersionRow), count(UnitVersionRow)) == (first.id, *before)
    assert len(history.list_history("pack_version", first.id)) == 1


@BOTH
def test_other_content_under_a_published_version_is_refused_at_its_line_and_by_the_service(app, actor) -> None:
    publish(actor("council2"), pack_files())
    digest, problems = pack_uploads.check_upload(actor("council2"), uploads(pack_files(first="wave")))
    assert digest is None
    assert any("raise the version" in str(problem) and "n9001.yaml:3:1" in str(problem) for problem in problems)
    pack = pack_uploads.read_bundle(uploads(pack_files(first="wave"))).pack
    with pytest.raises(Conflict, match="Raise the version"):
        pack_uploads.publish_pack(actor("council2"), pack, now=NOW)


def test_two_clicks_on_publish_are_one_publication(app, actor) -> None:
    digest, _ = pack_uploads.check_upload(actor("council2"), uploads(pack_files()))
    rows = [pack_uploads.publish_draft(actor("council2"), digest, now=NOW) for _ in range(2)]
    assert rows[0].id == rows[1].id
    assert len(history.list_history("pack_version", rows[0].id)) == 1


def test_a_faulty_upload_writes_nothing(app, actor) -> None:
    files = pack_files()
    del files["n9002.yaml"]
    before = (count(PackVersionRow), count(UnitVersionRow))
    digest, problems = pack_uploads.check_upload(actor("council2"), uploads(files))
    assert digest is None
    assert problems
    assert (count(PackVersionRow), count(UnitVersionRow)) == before


@BOTH
def test_codes_of_another_council_are_refused(app, actor) -> None:
    files = uploads(pack_files("ASC"))
    digest, problems = pack_uploads.check_upload(actor("council2"), files)
    assert digest is None
    assert any("belong to Automotive Skills Development Council" in str(problem) for problem in problems)
    with pytest.raises(NotAllowed, match="own council"):
        pack_uploads.publish_pack(actor("council2"), pack_uploads.read_bundle(files).pack, now=NOW)
    assert pack_uploads.check_upload(actor("council"), files)[0]


def test_a_published_unit_of_another_council_may_stand_in_a_pack_but_not_be_changed(app, actor) -> None:
    publish(actor("council"), pack_files("ASC"))
    files = pack_files("ASC")
    own = files["pack.yaml"].replace("ASC/Q9000", "OTH/Q9000")
    assert pack_uploads.check_upload(actor("council2"), uploads({**files, "pack.yaml": own}))[0]
    changed = files["n9001.yaml"].replace('"1.0"', '"1.1"')
    assert (
        pack_uploads.check_upload(actor("council2"), uploads({**files, "pack.yaml": own, "n9001.yaml": changed}))[0]
        is None
    )


def test_codes_and_titles_that_cannot_be_kept_are_faults(app, actor) -> None:
    long = pack_files()
    long["n9001.yaml"] = long["n9001.yaml"].replace("title: Welcome", 'title: "' + "W" * 301 + '"')
    nul = pack_files()
    nul["n9001.yaml"] = nul["n9001.yaml"].replace("title: Welcome", 'title: "Wel\\0come"')
    odd = {
        name: text.replace("OTH/", "a code that nobody could ever print on one line/")
        for name, text in pack_files().items()
    }
    for files in (long, nul, odd):
        assert pack_uploads.check_upload(actor("council2"), uploads(files))[0] is None


def test_a_draft_belongs_to_the_person_who_uploaded_it(app, actor) -> None:
    digest, _ = pack_uploads.check_upload(actor("council2"), uploads(pack_files()))
    assert pack_uploads.get_draft(actor("council2"), digest).pack.code == "OTH/Q9000"
    for stranger, name in (("council", digest), ("council2", "../" + digest), ("council2", "0" * 64)):
        with pytest.raises(Absent):
            pack_uploads.get_draft(actor(stranger), name)


def test_a_draft_tells_what_changes_against_the_version_before(app, actor) -> None:
    publish(actor("council2"), pack_files())
    digest, _ = pack_uploads.check_upload(
        actor("council2"), [("p.zip", zipped(pack_files(version="1.10", first="wave")))]
    )
    draft = pack_uploads.get_draft(actor("council2"), digest)
    assert draft.comparison.earlier.version == "1.0"
    assert [line.ref for line in draft.comparison.changes.reworded] == ["OTH/N9001#PC1"]


def test_a_new_version_tells_what_was_written_about_the_lines_that_changed(app, actor) -> None:
    pack = curriculum.pack_of(shipped())
    header = pack.pack.model_copy(update={"version": "1.1"})
    unit = pack.units[3]
    first, second, *others = unit.elements[0].criteria
    other = first.model_copy(update={"text": first.text.replace("leads", "enquiries")})
    element = unit.elements[0].model_copy(update={"criteria": (other, second, *others)})
    newer = unit.model_copy(update={"version": "1.1", "elements": (element,)})
    first_id = shipped().id
    newest = pack.model_copy(update={"pack": header, "units": (*pack.units[:3], newer, pack.units[4])})
    row = pack_uploads.publish_pack(actor("council"), newest, now=NOW)
    [review] = pack_revisions.show_changes(actor("council"), row.id).comparison.revision.fates
    assert [line.change.ref for line in review.lines] == ["ASC/N1105#PC1"]
    asked = db.session.query(ItemVersionRow).filter(ItemVersionRow.code.like("asc-n1105-pc1-%")).count()
    assert (len(review.written.items), len(review.written.tasks)) == (asked, 3)
    assert review.written.lessons
    assert pack_revisions.show_changes(actor("trainer"), row.id).comparison.revision is None
    assert pack_revisions.show_changes(actor("trainer"), first_id).comparison is None


def with_shared_unit(version: str) -> dict[str, str]:
    """Another pack of the same council that holds OTH/N9001 too."""
    files = pack_files(version=version)
    pack = files["pack.yaml"].replace("OTH/Q9000", "OTH/Q9005").replace("Showroom Guide", "Porter")
    return {"pack.yaml": pack.replace(", OTH/N9002", ""), "n9001.yaml": files["n9001.yaml"]}


@BOTH
def test_packs_that_share_a_unit_version_both_say_so(app, actor) -> None:
    guide, porter = (publish(actor("council2"), files) for files in (pack_files(), with_shared_unit("1.0")))
    for own, other in ((guide, porter), (porter, guide)):
        [holder] = curriculum.show_pack(actor("trainer"), own.id).holders["OTH/N9001"]
        assert (holder.pack.code, holder.unit_version) == (other.code, "1.0")
    assert set(curriculum.show_pack(actor("trainer"), guide.id).holders) == {"OTH/N9001"}
    assert db.session.query(UnitVersionRow).filter_by(code="OTH/N9001").count() == 1


@BOTH
def test_changing_a_shared_unit_says_which_other_packs_keep_it(app, actor) -> None:
    publish(actor("council2"), pack_files())
    publish(actor("council2"), with_shared_unit("1.0"))
    digest, _ = pack_uploads.check_upload(actor("council2"), uploads(pack_files(version="1.1", first="wave")))
    comparison = pack_uploads.get_draft(actor("council2"), digest).comparison
    units = {unit.code: comparison.keeping(unit) for unit in comparison.changes.units}
    assert [holder.pack.code for holder in units["OTH/N9001"]] == ["OTH/Q9005"]
    assert units["OTH/N9002"] == ()
    row = pack_uploads.publish_draft(actor("council2"), digest, now=NOW)
    [holder] = curriculum.show_pack(actor("council2"), row.id).holders["OTH/N9001"]
    assert (holder.pack.code, holder.unit_version) == ("OTH/Q9005", "1.0")
    publish(actor("council2"), with_shared_unit("1.2"))
    [holder] = curriculum.show_pack(actor("council2"), row.id).holders["OTH/N9001"]
    assert (holder.pack.version, holder.unit_version) == ("1.2", "1.2")


def test_the_list_shows_the_newest_version_of_each_pack_and_the_older_below(app, actor) -> None:
    for version in ("1.0", "1.9", "1.10"):
        publish(actor("council2"), pack_files(version=version))
    line = next(line for line in curriculum.list_packs(actor("trainer")) if line.row.code == "OTH/Q9000")
    assert (line.row.version, [row.version for row in line.older]) == ("1.10", ["1.9", "1.0"])
    assert not line.is_own


def test_only_the_packs_own_council_sees_what_the_bank_covers(app, actor) -> None:
    own = next(line for line in curriculum.list_packs(actor("council")) if line.row.code == "ASC/Q1106")
    assert (own.coverage.enough, own.coverage.asked) == (57, 57)
    assert all(line.coverage is None for line in curriculum.list_packs(actor("council2")))
    assert curriculum.show_pack(actor("council2"), shipped().id).holdings == {}


@pytest.mark.parametrize("stranger", ["council2", "agency", "centre", "trainer", "admin"])
def test_the_bank_with_its_keys_is_absent_for_everybody_but_its_council(app, actor, stranger: str) -> None:
    with pytest.raises(Absent):
        curriculum.show_bank(actor(stranger), shipped().id, "ASC/N1105")


def test_the_bank_counts_every_item_once_and_shows_each_with_its_key(app, actor) -> None:
    page = curriculum.show_bank(actor("council"), shipped().id, "ASC/N1105")
    exam = sum(holding.exam for holding in page.holdings.values())
    practice = sum(holding.practice for holding in page.holdings.values())
    units = [unit.code for unit in curriculum.pack_of(shipped()).units]
    assert exam + practice == db.session.query(ItemVersionRow).filter(ItemVersionRow.unit_code.in_(units)).count()
    assert all(sum(holding.by_difficulty.values()) == holding.exam for holding in page.holdings.values())
    shown = [item for _, items in page.items for item in items]
    assert len(shown) == db.session.query(ItemVersionRow).filter_by(unit_code="ASC/N1105").count()
    assert all(item.key.right in {option.id for option in item.face.options} for item in shown)
    with pytest.raises(Absent):
        curriculum.show_bank(actor("council"), shipped().id, "ASC/N9999")


def test_what_the_bank_holds_agrees_with_what_a_draw_would_miss(app, actor) -> None:
    pack, scheme = curriculum.pack_of(shipped()), curriculum.scheme_of(world.scheme_version())
    faces = bank.list_faces([pack])
    thin = {unit: tuple(face for index, face in enumerate(of) if index % 3) for unit, of in faces.items()}
    thin["ASC/N1105"] = thin["ASC/N1105"][:20]
    holdings = bank.list_holdings(pack, scheme, thin)
    missed = {shortage.ref: shortage.available for shortage in bank.list_shortages(pack, scheme, thin)}
    assert missed
    assert {ref: holding.exam for ref, holding in holdings.items() if not holding.is_enough} == missed


def test_a_pack_without_a_scheme_waits_then_its_draft_then_the_bank(app, actor) -> None:
    def titles(login: str = "council2") -> list[str]:
        return [str(task.title) for task in curriculum.waiting(actor(login), NOW)]

    row = publish(actor("council2"), pack_files())
    assert titles() == ["Make the assessment scheme of Showroom Guide, version 1.0"]
    draft = schemes.start_draft(actor("council2"), row.id, now=NOW)
    [task] = curriculum.waiting(actor("council2"), NOW)
    assert str(task.title) == "Finish scheme 1 of Showroom Guide, version 1.0"
    assert str(task.detail) == "It is a draft; nobody can be assessed until it is published."
    schemes.publish_scheme(actor("council2"), draft.id, status="sample", typed="", seen=draft.sha256, now=NOW)
    [task] = curriculum.waiting(actor("council2"), NOW)
    assert str(task.title) == "The bank has too few items for Showroom Guide"
    assert str(task.detail) == "4 criteria have too few for a paper."
    assert titles("council") == titles("centre") == []
    assert db.session.get(SchemeVersionRow, draft.id).state == ContentState.PUBLISHED
