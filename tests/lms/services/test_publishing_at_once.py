"""Twenty who publish in one moment: one version, one line of history, everybody told what became of it; on both."""

from collections import Counter

from curriculum.framework_import import Origin, import_skill
from lms.extensions import db
from lms.services import framework_uploads, history, pack_uploads, role_uploads
from lms.services.errors import Conflict
from lms.tables.content import PackUnitRow, PackVersionRow, UnitVersionRow
from lms.tables.roles import RoleVersionRow
from lms.tables.skills import FrameworkVersionRow
from tests import world
from tests.conftest import BOTH
from tests.curriculum.test_framework_import import SMALL
from tests.lms.pack_files import pack_files, uploads
from tests.lms.services.test_at_once import at_once
from tests.lms.services.test_roles import a_mapped_role, uploaded

NOW = world.DAY
TIMES = 20


def told(act) -> object:
    """What the act gives, or the refusal."""
    try:
        return act()
    except Conflict as refusal:
        return refusal


@BOTH
def test_twenty_clicks_on_publishing_a_pack_are_one_publication(app, actor) -> None:
    council = actor("council2")
    digest, _ = pack_uploads.check_upload(council, uploads(pack_files()))
    db.session.remove()
    done = at_once(app, lambda _: told(lambda: pack_uploads.publish_draft(council, digest, now=NOW).id), TIMES)
    row = db.session.query(PackVersionRow).filter_by(code="OTH/Q9000").one()
    assert set(done) == {row.id}
    assert db.session.query(PackUnitRow).filter_by(pack_version_id=row.id).count() == 2
    assert len(history.list_history("pack_version", row.id)) == 1


@BOTH
def test_of_two_contents_of_one_version_one_is_published_and_the_other_is_told(app, actor) -> None:
    council = actor("council2")
    drafts = [
        pack_uploads.check_upload(council, uploads(pack_files(first=first)))[0] for first in ("greet visitors", "wave")
    ]
    db.session.remove()
    done = at_once(
        app, lambda place: told(lambda: pack_uploads.publish_draft(council, drafts[place % 2], now=NOW).id), TIMES
    )
    row = db.session.query(PackVersionRow).filter_by(code="OTH/Q9000").one()
    won = drafts.index(row.sha256)
    assert [one for place, one in enumerate(done) if place % 2 == won] == [row.id] * (TIMES // 2)
    assert all(isinstance(one, Conflict) for place, one in enumerate(done) if place % 2 != won)
    assert db.session.query(UnitVersionRow).filter_by(code="OTH/N9001").count() == 1


@BOTH
def test_twenty_clicks_on_publishing_a_role_are_one_publication(app, actor) -> None:
    council = actor("council")
    digest, _ = uploaded(actor, a_mapped_role())
    db.session.remove()
    done = at_once(app, lambda _: told(lambda: role_uploads.publish_draft(council, digest, now=NOW).id), TIMES)
    row = db.session.query(RoleVersionRow).filter_by(code="A-ROLE").one()
    assert set(done) == {row.id}
    assert len(history.list_history("role_version", row.id)) == 1


@BOTH
def test_twenty_clicks_on_publishing_a_skill_are_one_version(app, actor) -> None:
    council = actor("council")
    skill = import_skill(SMALL, "skill.txt", Origin(source="made")).skill
    db.session.remove()
    done = at_once(app, lambda _: told(lambda: framework_uploads.publish_skill(council, skill, now=NOW).id), TIMES)
    row = db.session.query(FrameworkVersionRow).filter_by(code="BAKE").one()
    assert set(done) == {row.id}, Counter(map(str, done))
