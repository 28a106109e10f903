from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("safeguarding", "0003_decisions_and_concerns"),
    ]

    operations = [
        migrations.AlterField(
            model_name="screeningdecision",
            name="proposed_as",
            field=models.CharField(
                choices=[
                    ("resident", "Resident"),
                    ("representative", "Representative"),
                    ("referrer", "Referrer"),
                    ("volunteer", "Volunteer"),
                    ("organisation", "Organisation contact"),
                    ("organisation_admin", "Organisation administrator"),
                    ("trainer", "Trainer"),
                    ("coordinator", "Coordinator"),
                    ("confidential_officer", "Confidential officer"),
                    ("analyst", "Analyst"),
                    ("administrator", "Administrator"),
                ],
                max_length=24,
            ),
        ),
    ]
