"""What the database itself holds: an accepted edit never changes."""

from django.db import migrations

from hoaban.base.immutable import forbid_edits


class Migration(migrations.Migration):
    dependencies = [("record", "0001_initial")]

    operations = [forbid_edits("record_change")]
