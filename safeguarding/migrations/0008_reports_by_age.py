from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("safeguarding", "0007_reports_of_hours")]

    operations = [
        migrations.AddIndex(
            model_name="report",
            index=models.Index(fields=["settled_at"], name="report_settled"),
        ),
    ]
