"""Ask one volunteer at a time unless it is for today. What a centre chose before stays as it chose it."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("matching", "0004_daily_proposal")]

    operations = [
        migrations.AddField(
            model_name="dispatchpolicy",
            name="wave_size_today",
            field=models.PositiveSmallIntegerField(default=3, help_text="When help is needed today"),
        ),
        migrations.AlterField(
            model_name="dispatchpolicy",
            name="wave_size",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AlterField(
            model_name="dispatchpolicy",
            name="minutes_later",
            field=models.PositiveIntegerField(default=240),
        ),
        migrations.AddConstraint(
            model_name="dispatchpolicy",
            constraint=models.CheckConstraint(
                condition=Q(wave_size_today__gte=1), name="wave_today_has_someone"
            ),
        ),
    ]
