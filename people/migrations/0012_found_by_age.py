from django.db import migrations, models
from django.db.models.functions import Coalesce

from common.live_index import AddIndexLive


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("people", "0011_barred_users")]

    operations = [
        AddIndexLive(
            model_name="invitation",
            index=models.Index(fields=["expires_at"], name="invitation_expires"),
        ),
        AddIndexLive(
            model_name="user",
            index=models.Index(Coalesce("last_login", "created_at"), name="user_last_here"),
        ),
        AddIndexLive(
            model_name="volunteer",
            index=models.Index(fields=["state", "left_at"], name="volunteer_left"),
        ),
    ]
