"""rulings and appeals."""

import sqlalchemy as sa
from alembic import op

from lms.tables.append_only import create_triggers
from lms.tables.types import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this version."""
    op.create_table(
        "item_ruling",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("council_id", sa.Integer(), nullable=False),
        sa.Column("item_version_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("policy", sa.String(length=40), nullable=False),
        sa.Column("options", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("preview_sha256", sa.String(length=64), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["council_id"],
            ["organisation.id"],
            name=op.f("fk_item_ruling_council_id_organisation"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["item_version_id"],
            ["item_version.id"],
            name=op.f("fk_item_ruling_item_version_id_item_version"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["person.id"], name=op.f("fk_item_ruling_proposed_by_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_ruling")),
        sa.UniqueConstraint("council_id", "item_version_id", "number", name="uq_item_ruling_council_item_number"),
        sa.UniqueConstraint("id", "proposed_by_id", name=op.f("uq_item_ruling_id_proposed_by_id")),
    )
    with op.batch_alter_table("item_ruling", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_item_ruling_council_id"), ["council_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_item_ruling_item_version_id"), ["item_version_id"], unique=False)

    op.create_table(
        "item_ruling_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ruling_id", sa.Integer(), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("preview_sha256", sa.String(length=64), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "NOT is_confirmed OR by_id <> proposed_by_id", name=op.f("ck_item_ruling_answer_two_people")
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["person.id"], name=op.f("fk_item_ruling_answer_by_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["job_id"], ["job.id"], name=op.f("fk_item_ruling_answer_job_id_job"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["ruling_id", "proposed_by_id"],
            ["item_ruling.id", "item_ruling.proposed_by_id"],
            name="fk_item_ruling_answer_proposal",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_ruling_answer")),
        sa.UniqueConstraint("ruling_id", name=op.f("uq_item_ruling_answer_ruling_id")),
    )
    op.create_table(
        "appeal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("result_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("refs", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_appeal_by_id_person"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["result_id"], ["result.id"], name=op.f("fk_appeal_result_id_result"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
        sa.UniqueConstraint("result_id", name=op.f("uq_appeal_result_id")),
    )
    op.create_table(
        "appeal_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("appeal_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=True),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "kind <> 'confirmed' OR (proposal_id IS NOT NULL AND proposed_by_id IS NOT NULL "
            "AND by_id <> proposed_by_id)",
            name=op.f("ck_appeal_step_two_people"),
        ),
        sa.ForeignKeyConstraint(
            ["appeal_id"], ["appeal.id"], name=op.f("fk_appeal_step_appeal_id_appeal"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["person.id"], name=op.f("fk_appeal_step_by_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id", "proposed_by_id"],
            ["appeal_step.id", "appeal_step.by_id"],
            name="fk_appeal_step_proposal",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal_step")),
        sa.UniqueConstraint("appeal_id", "number", name=op.f("uq_appeal_step_appeal_id_number")),
        sa.UniqueConstraint("id", "by_id", name=op.f("uq_appeal_step_id_by_id")),
    )
    with op.batch_alter_table("appeal_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appeal_step_appeal_id"), ["appeal_id"], unique=False)

    op.create_table(
        "certificate_recall",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("result_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificate.id"],
            name=op.f("fk_certificate_recall_certificate_id_certificate"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["result_id"], ["result.id"], name=op.f("fk_certificate_recall_result_id_result"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_recall")),
        sa.UniqueConstraint("certificate_id", "result_id", name=op.f("uq_certificate_recall_certificate_id_result_id")),
    )
    op.create_table(
        "certificate_replacement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("new_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["person.id"], name=op.f("fk_certificate_replacement_by_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificate.id"],
            name=op.f("fk_certificate_replacement_certificate_id_certificate"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["new_id"],
            ["certificate.id"],
            name=op.f("fk_certificate_replacement_new_id_certificate"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_replacement")),
        sa.UniqueConstraint("certificate_id", name=op.f("uq_certificate_replacement_certificate_id")),
        sa.UniqueConstraint("new_id", name=op.f("uq_certificate_replacement_new_id")),
    )
    op.create_table(
        "result_correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("result_id", sa.Integer(), nullable=False),
        sa.Column("ruling_id", sa.Integer(), nullable=True),
        sa.Column("appeal_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(ruling_id IS NULL) <> (appeal_id IS NULL)", name=op.f("ck_result_correction_one_cause")),
        sa.ForeignKeyConstraint(
            ["appeal_id"], ["appeal.id"], name=op.f("fk_result_correction_appeal_id_appeal"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["result_id"], ["result.id"], name=op.f("fk_result_correction_result_id_result"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["ruling_id"],
            ["item_ruling.id"],
            name=op.f("fk_result_correction_ruling_id_item_ruling"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_result_correction")),
        sa.UniqueConstraint("result_id", name=op.f("uq_result_correction_result_id")),
    )
    with op.batch_alter_table("result_correction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_result_correction_ruling_id"), ["ruling_id"], unique=False)

    create_triggers(op.get_bind())


def downgrade() -> None:
    """Take the tables back."""
    with op.batch_alter_table("result_correction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_result_correction_ruling_id"))

    op.drop_table("result_correction")
    op.drop_table("certificate_replacement")
    op.drop_table("certificate_recall")
    with op.batch_alter_table("appeal_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_appeal_step_appeal_id"))

    op.drop_table("appeal_step")
    op.drop_table("appeal")
    op.drop_table("item_ruling_answer")
    with op.batch_alter_table("item_ruling", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_item_ruling_item_version_id"))
        batch_op.drop_index(batch_op.f("ix_item_ruling_council_id"))

    op.drop_table("item_ruling")
