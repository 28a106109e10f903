import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import common.clock
import common.ids


class Migration(migrations.Migration):
    dependencies = [
        ("academy", "0007_lesson_pictures"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            "ArticlePicture",
            [
                (
                    "id",
                    models.UUIDField(
                        default=common.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("image", models.BinaryField()),
                ("kind", models.CharField(help_text="Media type", max_length=12)),
                ("width", models.PositiveSmallIntegerField()),
                ("height", models.PositiveSmallIntegerField()),
                (
                    "digest",
                    models.CharField(help_text="SHA-256 of what came in, to know it again", max_length=64),
                ),
                ("uploaded_at", models.DateTimeField(default=common.clock.now, editable=False)),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("articles", models.ManyToManyField(related_name="pictures", to="academy.article")),
            ],
            options={"abstract": False},
        ),
    ]
