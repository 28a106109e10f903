from django.db import migrations, models
from django.db.models.functions import Coalesce

from common.live_index import AddIndexLive


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("matching", "0007_advice_talks")]

    operations = [
        AddIndexLive(
            model_name="advicetalk",
            index=models.Index(Coalesce("done_at", "created_at"), name="talk_last"),
        ),
    ]
