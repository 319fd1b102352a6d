"""choices of units, and units carried into a next attempt."""

import sqlalchemy as sa
from alembic import op

from lms.tables.append_only import create_triggers

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this version."""
    for table in ("trainee", "candidate"):
        op.add_column(table, sa.Column("chosen", sa.Text(), server_default="[]", nullable=False))
    op.create_table(
        "carried_unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("candidate_id", sa.Integer(), nullable=False),
        sa.Column("unit_code", sa.String(length=40), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["candidate_id"],
            ["candidate.id"],
            name=op.f("fk_carried_unit_candidate_id_candidate"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["candidate.id"], name=op.f("fk_carried_unit_source_id_candidate"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carried_unit")),
        sa.UniqueConstraint("candidate_id", "unit_code", name=op.f("uq_carried_unit_candidate_id_unit_code")),
    )
    with op.batch_alter_table("carried_unit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_carried_unit_source_id"), ["source_id"], unique=False)

    create_triggers(op.get_bind())


def downgrade() -> None:
    """Take the tables back."""
    with op.batch_alter_table("carried_unit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_carried_unit_source_id"))

    op.drop_table("carried_unit")
    for table in ("candidate", "trainee"):
        op.drop_column(table, "chosen")
