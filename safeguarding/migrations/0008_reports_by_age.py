from django.db import migrations, models

from common.live_index import AddIndexLive


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("safeguarding", "0007_reports_of_hours")]

    operations = [
        AddIndexLive(
            model_name="report",
            index=models.Index(fields=["settled_at"], name="report_settled"),
        ),
    ]
