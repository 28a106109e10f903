from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0006_calendar_links")]

    operations = [
        migrations.AddField(
            "organisationlogo",
            "kind",
            models.CharField(default="image/png", help_text="Media type", max_length=12),
            preserve_default=False,
        ),
        migrations.AddField(
            "organisationlogo", "width", models.PositiveSmallIntegerField(default=1), preserve_default=False
        ),
        migrations.AddField(
            "organisationlogo", "height", models.PositiveSmallIntegerField(default=1), preserve_default=False
        ),
    ]
