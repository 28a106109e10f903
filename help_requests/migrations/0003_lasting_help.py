"""Help that goes on: how often, until when, and the states of getting to know each other and being under way."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("help_requests", "0002_required_courses")]

    operations = [
        migrations.AddField(
            model_name="helprequest",
            name="rhythm",
            field=models.CharField(
                blank=True,
                choices=[
                    ("weekly", "Every week"),
                    ("fortnightly", "Every two weeks"),
                    ("monthly", "Every month"),
                ],
                help_text="Of a series only",
                max_length=12,
                verbose_name="how often",
            ),
        ),
        migrations.AddField(
            model_name="helprequest",
            name="until_date",
            field=models.DateField(
                blank=True,
                help_text="Last day of help that goes on; empty: no end yet",
                null=True,
                verbose_name="until",
            ),
        ),
        migrations.AlterField(
            model_name="helprequest",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "Not sent yet"),
                    ("submitted", "Sent"),
                    ("intake", "Being looked at"),
                    ("open", "Approved"),
                    ("offered", "Volunteers are being asked"),
                    ("waitlisted", "Waiting for a volunteer"),
                    ("matched", "Volunteer found"),
                    ("planned", "Appointment made"),
                    ("rematching", "Looking for another volunteer"),
                    ("introduction", "Getting to know each other"),
                    ("trial", "Trial period"),
                    ("running", "Under way"),
                    ("evaluation", "Looking back"),
                    ("paused", "Break"),
                    ("ended", "Ended"),
                    ("done", "Done"),
                    ("no_show", "Did not take place"),
                    ("closed", "Closed"),
                    ("referred", "Handed over"),
                    ("unsuitable", "Not something we can do"),
                    ("withdrawn", "Withdrawn"),
                ],
                default="draft",
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="helprequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "task"), ("rhythm", ""), ("until_date", None)),
                    models.Q(
                        models.Q(("kind", "task"), _negated=True),
                        ("helpers_needed", 1),
                        ("on_date", None),
                        ("start_time", None),
                    ),
                    _connector="OR",
                ),
                name="kind_fits_its_moments",
            ),
        ),
    ]
