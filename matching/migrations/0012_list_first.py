"""A centre may let the list near by go first. What it chose before stays: nowhere does the list go first yet."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("matching", "0011_shift_tips")]

    operations = [
        migrations.AddField(
            model_name="dispatchpolicy",
            name="minutes_listed",
            field=models.PositiveSmallIntegerField(
                default=0,
                db_default=0,
                help_text="Waking minutes only on the list near by, before asking that starts by itself begins",
            ),
        ),
    ]
