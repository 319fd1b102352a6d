"""secrets of draws and their printed manifests."""

import sqlalchemy as sa
from alembic import op

from lms.tables.append_only import create_triggers
from lms.tables.types import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this version."""
    op.add_column("draw", sa.Column("entry", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "draw_commitment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("is_kept", sa.Boolean(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["assessment.id"],
            name=op.f("fk_draw_commitment_assessment_id_assessment"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["person.id"], name=op.f("fk_draw_commitment_made_by_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw_commitment")),
        sa.UniqueConstraint("commitment", name=op.f("uq_draw_commitment_commitment")),
        sa.UniqueConstraint(
            "assessment_id", "side", "number", name=op.f("uq_draw_commitment_assessment_id_side_number")
        ),
    )
    op.create_table(
        "draw_secret",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.Column("entered_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["commitment_id"],
            ["draw_commitment.id"],
            name=op.f("fk_draw_secret_commitment_id_draw_commitment"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw_secret")),
        sa.UniqueConstraint("commitment_id", name=op.f("uq_draw_secret_commitment_id")),
    )
    op.create_table(
        "draw_pdf",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_draw_pdf_draw_id_draw"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw_pdf")),
        sa.UniqueConstraint("draw_id", "key", name=op.f("uq_draw_pdf_draw_id_key")),
    )
    create_triggers(op.get_bind())


def downgrade() -> None:
    """Take the tables back."""
    op.drop_table("draw_pdf")
    op.drop_table("draw_secret")
    op.drop_table("draw_commitment")
    op.drop_column("draw", "entry")
