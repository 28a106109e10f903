"""A small index of the blocked steps, for who loads everybody."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0011_barred_users"),
        ("safeguarding", "0005_reports_of_words"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="screening",
            index=models.Index(
                condition=models.Q(("state", "blocked")), fields=["volunteer"], name="screenings_blocked"
            ),
        ),
    ]
