"""when a device in the waiting room was last heard of."""

import sqlalchemy as sa
from alembic import op

from lms.tables.types import UtcDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this version."""
    op.create_table(
        "waiting_contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("candidate_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["candidate_id"],
            ["candidate.id"],
            name=op.f("fk_waiting_contact_candidate_id_candidate"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_contact")),
        sa.UniqueConstraint("candidate_id", name=op.f("uq_waiting_contact_candidate_id")),
    )


def downgrade() -> None:
    """Take the table back."""
    op.drop_table("waiting_contact")
