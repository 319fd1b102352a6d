"""Which scheme of a pack version is in force: rows only, for those who may reach no key."""

from collections.abc import Sequence

from sqlalchemy import select

from lms.extensions import db
from lms.tables.content import ContentState, SchemeVersionRow


def newest_published(pack_version_ids: Sequence[int]) -> dict[int, SchemeVersionRow]:
    """The scheme in force of each pack version that has one."""
    query = select(SchemeVersionRow).where(SchemeVersionRow.pack_version_id.in_(pack_version_ids))
    rows = db.session.scalars(query.filter_by(state=ContentState.PUBLISHED).order_by(SchemeVersionRow.number))
    return {row.pack_version_id: row for row in rows}
