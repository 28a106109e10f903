"""A small index of the blocked steps, for who loads everybody."""

from django.conf import settings
from django.db import migrations, models

from common.live_index import AddIndexLive


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("people", "0011_barred_users"),
        ("safeguarding", "0005_reports_of_words"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndexLive(
            model_name="screening",
            index=models.Index(
                condition=models.Q(("state", "blocked")), fields=["volunteer"], name="screenings_blocked"
            ),
        ),
    ]
