"""job roles, declared evidence and its checks, printed pages."""

import sqlalchemy as sa
from alembic import op

from lms.tables.append_only import create_triggers
from lms.tables.types import UtcDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this version."""
    op.create_table(
        "role_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("council_id", sa.Integer(), nullable=True),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=False),
        _to("organisation", "role_version", "council_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_version")),
        sa.UniqueConstraint("code", "version", name=op.f("uq_role_version_code_version")),
    )
    op.create_index(op.f("ix_role_version_council_id"), "role_version", ["council_id"])
    op.create_table(
        "declaration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role_code", sa.String(length=40), nullable=False),
        sa.Column("line", sa.String(length=40), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("declared_at", UtcDateTime(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        _to("person", "declaration", "person_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declaration")),
        sa.UniqueConstraint("person_id", "key", name=op.f("uq_declaration_person_id_key")),
    )
    op.create_index(op.f("ix_declaration_person_id"), "declaration", ["person_id"])
    op.create_index(op.f("ix_declaration_role_code"), "declaration", ["role_code"])
    op.create_table(
        "declaration_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("declaration_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        _to("declaration", "declaration_check", "declaration_id"),
        _to("person", "declaration_check", "by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declaration_check")),
        sa.UniqueConstraint("declaration_id", "number", name=op.f("uq_declaration_check_declaration_id_number")),
    )
    op.create_table(
        "page_print",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_print")),
        sa.UniqueConstraint("digest", name=op.f("uq_page_print_digest")),
    )
    create_triggers(op.get_bind())


def downgrade() -> None:
    """Take the tables back."""
    for table in ("page_print", "declaration_check", "declaration", "role_version"):
        op.drop_table(table)


def _to(target: str, table: str, column: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete="RESTRICT")
