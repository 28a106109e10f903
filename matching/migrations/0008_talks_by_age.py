from django.db import migrations, models
from django.db.models.functions import Coalesce


class Migration(migrations.Migration):
    dependencies = [("matching", "0007_advice_talks")]

    operations = [
        migrations.AddIndex(
            model_name="advicetalk",
            index=models.Index(Coalesce("done_at", "created_at"), name="talk_last"),
        ),
    ]
