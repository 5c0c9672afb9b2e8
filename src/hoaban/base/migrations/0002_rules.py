"""What the database itself holds: events never change, and paths sort byte by byte."""

from django.db import migrations

from hoaban.base.immutable import forbid_edits


def sort_by_bytes(apps, editor):
    """Scope is a range of paths, so their order must be that of ASCII, not of a language."""
    if editor.connection.vendor == "postgresql":
        editor.execute('ALTER TABLE base_area ALTER COLUMN path TYPE varchar(64) COLLATE "C"')


class Migration(migrations.Migration):
    dependencies = [("base", "0001_initial")]

    operations = [
        migrations.RunPython(sort_by_bytes, migrations.RunPython.noop),
        forbid_edits("base_event"),
    ]
