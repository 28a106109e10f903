import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0009_suspensions"),
        ("safeguarding", "0004_reports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="report",
            name="organisation",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="people.organisation",
            ),
        ),
        migrations.AddField(
            model_name="report",
            name="person",
            field=models.ForeignKey(
                blank=True,
                help_text="Whose words or account it is about, who need be neither volunteer nor resident",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="reports_about",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="report",
            name="kind",
            field=models.CharField(
                choices=[
                    ("volunteer", "A volunteer"),
                    ("resident", "Someone who asks for help"),
                    ("request", "A request for help"),
                    ("message", "A message"),
                    ("person", "A person"),
                    ("vacancy", "A vacancy"),
                    ("organisation", "An organisation"),
                    ("action", "A one-day action"),
                    ("answer", "An answer to a vacancy"),
                    ("note", "Something that was written"),
                    ("thanks", "A word of thanks"),
                ],
                max_length=12,
            ),
        ),
    ]
