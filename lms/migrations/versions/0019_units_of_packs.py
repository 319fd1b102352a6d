"""which unit versions each pack version holds."""

import json

import sqlalchemy as sa
from alembic import op

from lms.tables.append_only import create_triggers

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this version."""
    table = op.create_table(
        "pack_unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pack_version_id", sa.Integer(), nullable=False),
        sa.Column("unit_version_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        _to("pack_version", "pack_version_id"),
        _to("unit_version", "unit_version_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pack_unit")),
        sa.UniqueConstraint("pack_version_id", "place", name=op.f("uq_pack_unit_pack_version_id_place")),
    )
    op.create_index(op.f("ix_pack_unit_unit_version_id"), "pack_unit", ["unit_version_id"])
    if rows := _held(op.get_bind()):
        op.bulk_insert(table, rows)
    create_triggers(op.get_bind())


def downgrade() -> None:
    """Take the table back."""
    op.drop_table("pack_unit")


def _held(connection: sa.Connection) -> list[dict[str, int]]:
    """What the packs that are published hold, from their content."""
    units = {
        (row.code, row.version): row.id
        for row in connection.execute(sa.text("SELECT id, code, version FROM unit_version"))
    }
    return [
        {"pack_version_id": pack.id, "unit_version_id": units[unit["code"], unit["version"]], "place": place}
        for pack in connection.execute(sa.text("SELECT id, content FROM pack_version ORDER BY id"))
        for place, unit in enumerate(json.loads(pack.content)["units"], start=1)
    ]


def _to(target: str, column: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_pack_unit_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete="RESTRICT")
