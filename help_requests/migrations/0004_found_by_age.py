from django.db import migrations, models
from django.db.models.functions import Coalesce

from common.live_index import AddIndexLive


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("help_requests", "0003_lasting_help")]

    operations = [
        AddIndexLive(
            model_name="helprequest",
            index=models.Index(
                Coalesce("ended_at", "done_at", "matched_at", "created_at"), name="request_last"
            ),
        ),
    ]
