from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("vacancies", "0006_own_word")]

    operations = [
        migrations.AddIndex(
            model_name="parentalconsent",
            index=models.Index(fields=["state", "asked_at"], name="parent_asked"),
        ),
    ]
