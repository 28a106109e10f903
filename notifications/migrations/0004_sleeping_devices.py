from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0003_push"),
    ]

    operations = [
        migrations.AlterField(
            model_name="pushsubscription",
            name="signed_in_until",
            field=models.DateTimeField(help_text="When that session ends, or ended; then it sleeps"),
        ),
    ]
