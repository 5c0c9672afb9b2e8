"""An import that no one signed in makes changes too.

SQLite makes the table anew, so the rule that its rows never change is laid down again.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from hoaban.base.immutable import forbid_edits, protect, release

TABLE = "record_change"


class Migration(migrations.Migration):
    dependencies = [
        ("record", "0003_long_labels"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(
            lambda _apps, editor: release(editor, TABLE),
            lambda _apps, editor: protect(editor, TABLE),
        ),
        migrations.AlterField(
            model_name="change",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        forbid_edits(TABLE),
    ]
