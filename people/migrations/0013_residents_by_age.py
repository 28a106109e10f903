from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0012_found_by_age")]

    operations = [
        migrations.AddIndex(
            model_name="resident",
            index=models.Index(fields=["created_at"], name="resident_since"),
        ),
    ]
