from django.db import migrations, models
from django.db.models.functions import Coalesce


class Migration(migrations.Migration):
    dependencies = [("people", "0011_barred_users")]

    operations = [
        migrations.AddIndex(
            model_name="invitation",
            index=models.Index(fields=["expires_at"], name="invitation_expires"),
        ),
        migrations.AddIndex(
            model_name="user",
            index=models.Index(Coalesce("last_login", "created_at"), name="user_last_here"),
        ),
        migrations.AddIndex(
            model_name="volunteer",
            index=models.Index(fields=["state", "left_at"], name="volunteer_left"),
        ),
    ]
