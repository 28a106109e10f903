import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("academy", "0005_spent_statuses"), ("people", "0009_suspensions")]

    operations = [
        migrations.CreateModel(
            "RoleRequirement",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("volunteer", "Everyone who helps residents"),
                            ("series", "Who comes again and again"),
                            ("buddy", "Buddies"),
                            ("helper", "Who helps out at organisations: shifts and vacancies"),
                            ("trainer", "Trainers"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="role_requirements",
                        to="people.centre",
                    ),
                ),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="role_requirements",
                        to="academy.course",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("centre", "role", "course"), name="one_course_requirement_per_role"
                    )
                ]
            },
        ),
    ]
