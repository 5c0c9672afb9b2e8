"""Tables whose rows never change: the database itself refuses, whoever asks.

A migration that makes such a table adds `forbid_edits(table)` to its operations.
"""

from typing import Any

from django.db import migrations

_SQLITE = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
_POSTGRESQL = """
CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE integrity_constraint_violation USING MESSAGE = '{table} is append-only'; END $$;
CREATE TRIGGER {table}_no_edit BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION {table}_append_only()
"""


def forbid_edits(table: str) -> migrations.RunPython:
    """The migration step after which UPDATE and DELETE on ``table`` raise `IntegrityError`."""
    return migrations.RunPython(
        lambda _apps, editor: protect(editor, table), lambda _apps, editor: release(editor, table)
    )


def protect(editor: Any, table: str) -> None:
    """Make the table append-only, through a schema editor."""
    if editor.connection.vendor == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            editor.execute(_SQLITE.format(table=table, verb=verb))
    else:
        editor.execute(_POSTGRESQL.format(table=table))


def release(editor: Any, table: str) -> None:
    """Undo `protect`: for reversing a migration and for emptying a test database."""
    if editor.connection.vendor == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            editor.execute(f"DROP TRIGGER {table}_no_{verb}")
    else:
        editor.execute(f"DROP TRIGGER {table}_no_edit ON {table}")
        editor.execute(f"DROP FUNCTION {table}_append_only()")
