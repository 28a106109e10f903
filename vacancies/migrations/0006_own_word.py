from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("vacancies", "0005_long_lists")]

    operations = [
        migrations.AddField(
            model_name="parentalconsent",
            name="withdrawn_by_student",
            field=models.BooleanField(default=False, help_text="Else by the parent"),
        ),
    ]
