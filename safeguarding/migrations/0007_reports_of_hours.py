from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("safeguarding", "0006_blocked_screenings"),
    ]

    operations = [
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
                    ("placement", "What a student wrote"),
                    ("hours", "Words that stand with hours"),
                    ("claim", "Words that stand with a reimbursement"),
                ],
                max_length=12,
            ),
        ),
    ]
