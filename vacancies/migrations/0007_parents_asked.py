from django.db import migrations, models

from common.live_index import AddIndexLive


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("vacancies", "0006_own_word")]

    operations = [
        AddIndexLive(
            model_name="parentalconsent",
            index=models.Index(fields=["state", "asked_at"], name="parent_asked"),
        ),
    ]
