"""printed handbooks of units."""

import sqlalchemy as sa
from alembic import op

from lms.tables.types import UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this version."""
    op.create_table(
        "handbook_pdf",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("unit_code", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handbook_pdf")),
        sa.UniqueConstraint("digest", name=op.f("uq_handbook_pdf_digest")),
    )


def downgrade() -> None:
    """Take the tables back."""
    op.drop_table("handbook_pdf")
