"""when practice items are due again."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from fsrs import Card, Rating, Scheduler

from lms.tables.types import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this version; what was answered before is put on cards."""
    cards = op.create_table(
        "practice_card",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("item_code", sa.String(length=300), nullable=False),
        sa.Column("is_right", sa.Boolean(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_practice_card_person_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_card")),
        sa.UniqueConstraint("person_id", "item_code", name=op.f("uq_practice_card_person_id_item_code")),
    )
    if rows := list(_cards()):
        op.bulk_insert(cards, rows)


def downgrade() -> None:
    """Take the tables back."""
    op.drop_table("practice_card")


def _cards() -> Iterator[dict[str, object]]:
    answer = sa.table(
        "practice_answer",
        *(sa.column(name) for name in ("id", "person_id", "item_version_id", "is_right")),
        sa.column("answered_at", UtcDateTime()),
    )
    item = sa.table("item_version", sa.column("id"), sa.column("code"))
    query = sa.select(answer.c.person_id, item.c.code, answer.c.is_right, answer.c.answered_at)
    answers = op.get_bind().execute(query.where(item.c.id == answer.c.item_version_id).order_by(answer.c.id))
    kept: dict[tuple[int, str], tuple[Card, bool, datetime]] = {}
    scheduler = Scheduler(desired_retention=0.9, enable_fuzzing=False)
    for person, code, is_right, at in answers:
        card = kept[person, code][0] if (person, code) in kept else Card(card_id=0, due=at)
        rating = Rating.Good if is_right else Rating.Again
        kept[person, code] = scheduler.review_card(card, rating, at)[0], bool(is_right), at
    for (person, code), (card, is_right, at) in kept.items():
        given = {"person_id": person, "item_code": code, "is_right": is_right, "answered_at": at}
        yield {**given, "due_at": card.due.astimezone(UTC), "state": json.dumps(card.to_dict(), separators=(",", ":"))}
