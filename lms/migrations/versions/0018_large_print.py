"""large print is kept with the candidate: those whose newest booklet was printed so have it."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this version."""
    op.add_column("candidate", sa.Column("large_print", sa.Boolean(), server_default=sa.false(), nullable=False))
    candidate = sa.table("candidate", sa.column("id"), sa.column("large_print"))
    printed = sa.table("paper_print", sa.column("id"), sa.column("name"))
    number = sa.cast(candidate.c.id, sa.String)
    newest = (
        sa.select(printed.c.name)
        .where(printed.c.name.in_([sa.literal("booklet-") + number, sa.literal("large-") + number]))
        .order_by(printed.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    op.execute(sa.update(candidate).values(large_print=sa.true()).where(newest == sa.literal("large-") + number))


def downgrade() -> None:
    """Take the column back."""
    op.drop_column("candidate", "large_print")
