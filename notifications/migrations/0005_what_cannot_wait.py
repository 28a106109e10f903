from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0004_sleeping_devices"),
    ]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="matters_at",
            field=models.DateTimeField(
                blank=True, help_text="When what was called off or moved begins, or was to begin", null=True
            ),
        ),
    ]
