import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0009_suspensions"),
    ]

    operations = [
        migrations.AddField(
            model_name="suspension",
            name="centre",
            field=models.ForeignKey(
                blank=True,
                help_text="That closed it without the person belonging to it; it may open it again",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="people.centre",
            ),
        ),
        migrations.AlterField(
            model_name="accesslog",
            name="act",
            field=models.CharField(
                choices=[
                    ("read", "Read"),
                    ("changed", "Changed"),
                    ("exported", "Handed over as a file"),
                    ("closed", "Closed the account"),
                    ("opened", "Opened the account again"),
                ],
                default="read",
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="accesslog",
            name="subject_id",
            field=models.UUIDField(help_text="A resident, a volunteer, or an account that is neither"),
        ),
        migrations.AlterField(
            model_name="accesslog",
            name="why",
            field=models.CharField(
                choices=[
                    ("details", "opened the details"),
                    ("request", "handled a request for help"),
                    ("caller", "looked up who was calling"),
                    ("list", "fetched a list"),
                    ("agreement", "an appointment together"),
                    ("asked", "the person asked for it"),
                    ("elsewhere", "help from another centre, with consent"),
                    ("safety", "the safety of others"),
                ],
                default="details",
                max_length=9,
            ),
        ),
    ]
