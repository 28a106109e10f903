from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("recognition", "0006_long_lists"),
    ]

    operations = [
        migrations.CreateModel(
            "YearLimits",
            [
                ("year", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("hour", models.DecimalField(decimal_places=2, max_digits=6)),
                ("hour_under_21", models.DecimalField(decimal_places=2, max_digits=6)),
                ("month", models.DecimalField(decimal_places=2, max_digits=8)),
                ("annual", models.DecimalField(decimal_places=2, max_digits=8)),
                ("source", models.CharField(help_text="Where it was read", max_length=200)),
            ],
        ),
        migrations.AddConstraint(
            "yearlimits",
            models.CheckConstraint(
                condition=models.Q(
                    ("hour__gte", models.F("hour_under_21")),
                    ("hour_under_21__gt", 0),
                    ("month__gte", models.F("hour")),
                    ("annual__gte", models.F("month")),
                ),
                name="limits_grow_from_hour_to_year",
            ),
        ),
    ]
