"""lessons can be withdrawn."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this version."""
    state = sa.Column("state", sa.String(length=40), server_default="published", nullable=False)
    op.add_column("lesson_version", state)


def downgrade() -> None:
    """Take the tables back."""
    op.drop_column("lesson_version", "state")
