import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0010_told_rows"),
        ("people", "0013_residents_by_age"),
        ("vacancies", "0007_parents_asked"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="vacancytip", name="one_tip_per_vacancy"),
        migrations.AddField(
            model_name="vacancytip",
            name="shift",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="tips",
                to="vacancies.shift",
            ),
        ),
        migrations.AddConstraint(
            model_name="vacancytip",
            constraint=models.UniqueConstraint(
                condition=models.Q(("shift", None)),
                fields=("vacancy", "volunteer"),
                name="one_tip_per_vacancy",
            ),
        ),
        migrations.AddConstraint(
            model_name="vacancytip",
            constraint=models.UniqueConstraint(fields=("shift", "volunteer"), name="one_tip_per_shift"),
        ),
    ]
