from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("academy", "0001_academy"),
        ("help_requests", "0001_help_requests"),
    ]

    operations = [
        migrations.AddField(
            model_name="helprequest",
            name="required_courses",
            field=models.ManyToManyField(
                blank=True,
                help_text="Besides what the centre asks for the category",
                related_name="+",
                to="academy.course",
            ),
        ),
    ]
