"""Tables whose rows are added and never changed, and the triggers that keep them so on both databases."""

from collections.abc import Sequence

from sqlalchemy import Connection, MetaData, event, inspect, text

APPEND_ONLY = (
    "history",
    "pack_version",
    "unit_version",
    "pack_unit",
    "item_version",
    "item_key",
    "task_version",
    "lesson_version",
    "practice_answer",
    "draw",
    "paper",
    "practical_sheet",
    "answer_event",
    "practical_score",
    "result",
    "reassessment_step",
    "certificate",
    "certificate_file",
    "revocation",
    "draw_commitment",
    "draw_secret",
    "draw_pdf",
    "item_ruling",
    "item_ruling_answer",
    "result_correction",
    "certificate_recall",
    "certificate_replacement",
    "appeal",
    "appeal_step",
    "carried_unit",
    "attendance_register",
    "attendance_mark",
    "coursework",
    "coursework_entry",
    "coursework_score",
    "feedback",
    "feedback_recipient",
    "feedback_read",
    "feedback_withdrawal",
    "mock_answer_event",
    "time_change",
    "answer_conflict",
    "late_ruling",
    "integrity_event",
    "identity_check",
    "incident",
    "incident_candidate",
    "paper_entry",
    "paper_print",
    "key_sheet",
    "role_version",
    "declaration",
    "declaration_check",
    "framework_version",
    "skill_judgement",
    "skill_evidence",
    "skill_rating",
    "skill_target",
)


def create_triggers(connection: Connection) -> None:
    """Make the database itself refuse to update, delete or truncate append-only rows.

    For the tables that are there: a migration knows only those made up to it. Called again, it mends what lacks.
    """
    drop_triggers(connection)
    for statement in statements(connection.dialect.name, _there(connection)):
        connection.execute(text(statement))


def drop_triggers(connection: Connection) -> None:
    """Take the triggers away, for migrations only."""
    for table in _there(connection):
        for name in trigger_names(connection.dialect.name, table):
            on = f" ON {table}" if connection.dialect.name == "postgresql" else ""
            connection.execute(text(f"DROP TRIGGER IF EXISTS {name}{on}"))


def trigger_names(dialect: str, table: str) -> tuple[str, ...]:
    """The triggers a table has on a database."""
    acts = ("update", "delete", "truncate") if dialect == "postgresql" else ("update", "delete")
    return tuple(f"{table}_no_{act}" for act in acts)


def statements(dialect: str, tables: Sequence[str] = APPEND_ONLY) -> list[str]:
    """The DDL of the tables' triggers for one database."""
    if dialect == "postgresql":
        return [_POSTGRESQL_FUNCTION, *(s for table in tables for s in _postgresql(table))]
    return [s for table in tables for s in _sqlite(table)]


def _there(connection: Connection) -> Sequence[str]:
    names = set(inspect(connection).get_table_names())
    return [table for table in APPEND_ONLY if table in names]


_POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'rows of % are added, never changed', TG_TABLE_NAME; END $$
"""


def _postgresql(table: str) -> list[str]:
    return [
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION refuse_change()",
    ]


def _sqlite(table: str) -> list[str]:
    return [
        f"CREATE TRIGGER {table}_no_{act} BEFORE {act.upper()} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are added, never changed'); END"
        for act in ("update", "delete")
    ]


def attach(metadata: MetaData) -> None:
    """Make `create_all` add the triggers too."""
    event.listen(metadata, "after_create", lambda _target, connection, **_kw: create_triggers(connection))
