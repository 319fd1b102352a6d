"""mock exams and the log of their answers."""

import sqlalchemy as sa
from alembic import op

from lms.tables.append_only import create_triggers
from lms.tables.types import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_OPEN = sa.text("submitted_at IS NULL AND closed_at IS NULL")


def upgrade() -> None:
    """Bring the tables to this version."""
    op.create_table(
        "mock_exam",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("pack_version_id", sa.Integer(), nullable=False),
        sa.Column("scheme_version_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("chosen", sa.Text(), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("face", sa.Text(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("deadline_at", UtcDateTime(), nullable=False),
        sa.Column("submitted_at", UtcDateTime(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_mock_exam_person_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["pack_version_id"],
            ["pack_version.id"],
            name=op.f("fk_mock_exam_pack_version_id_pack_version"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["scheme_version_id"],
            ["scheme_version.id"],
            name=op.f("fk_mock_exam_scheme_version_id_scheme_version"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mock_exam")),
        sa.UniqueConstraint(
            "person_id", "pack_version_id", "number", name=op.f("uq_mock_exam_person_id_pack_version_id_number")
        ),
    )
    op.create_index(
        "uq_mock_exam_open",
        "mock_exam",
        ["person_id", "pack_version_id"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_table(
        "mock_answer_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mock_exam_id", sa.Integer(), nullable=False),
        sa.Column("device", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=300), nullable=False),
        sa.Column("choice", sa.String(length=40), nullable=False),
        sa.Column("payload_hash", sa.String(length=64), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mock_exam_id"],
            ["mock_exam.id"],
            name=op.f("fk_mock_answer_event_mock_exam_id_mock_exam"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mock_answer_event")),
        sa.UniqueConstraint("mock_exam_id", "device", "seq", name=op.f("uq_mock_answer_event_mock_exam_id_device_seq")),
    )
    op.create_index(op.f("ix_mock_answer_event_mock_exam_id"), "mock_answer_event", ["mock_exam_id"])
    create_triggers(op.get_bind())


def downgrade() -> None:
    """Take the tables back."""
    op.drop_table("mock_answer_event")
    op.drop_table("mock_exam")
