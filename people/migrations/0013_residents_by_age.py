from django.db import migrations, models

from common.live_index import AddIndexLive


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("people", "0012_found_by_age")]

    operations = [
        AddIndexLive(
            model_name="resident",
            index=models.Index(fields=["created_at"], name="resident_since"),
        ),
    ]
