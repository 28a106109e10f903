from django.db import migrations, models


class Migration(migrations.Migration):
    """When a step was asked for and begun; expiring as a word for where a step stands."""

    dependencies = [("safeguarding", "0001_safeguarding")]

    operations = [
        migrations.AddField(
            model_name="screening",
            name="requested_on",
            field=models.DateField(blank=True, help_text="The volunteer was asked for it", null=True),
        ),
        migrations.AddField(
            model_name="screening",
            name="started_on",
            field=models.DateField(
                blank=True,
                help_text="Being done since; of a valid step: being renewed since",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="screening",
            name="state",
            field=models.CharField(
                choices=[
                    ("required", "Required"),
                    ("in_progress", "In progress"),
                    ("valid", "Valid"),
                    ("expiring", "Expiring"),
                    ("expired", "Expired"),
                    ("refused", "Refused"),
                    ("blocked", "Blocked"),
                ],
                default="required",
                max_length=12,
            ),
        ),
    ]
