import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import common.clock
import common.ids


def note_known(apps, schema_editor):
    """Whoever has agreed before this table was there has a row too."""
    Consent = apps.get_model("people", "Consent")
    for purpose, name in (("helping", "Volunteer"), ("asking", "Resident")):
        agreed = apps.get_model("people", name).objects.exclude(consented_at=None)
        rows = agreed.values_list("pk", "consented_at", "consent_version").iterator()
        Consent.objects.bulk_create(
            (
                Consent(purpose=purpose, version=version, given_at=at, **{f"{name.lower()}_id": pk})
                for pk, at, version in rows
            ),
            batch_size=1000,
        )


class Migration(migrations.Migration):
    dependencies = [("people", "0001_people")]

    operations = [
        migrations.CreateModel(
            name="Consent",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=common.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[("helping", "Being asked to help"), ("asking", "Getting help")], max_length=8
                    ),
                ),
                ("version", models.CharField(help_text="Of the text that was agreed to", max_length=12)),
                ("given_at", models.DateTimeField(default=common.clock.now)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "volunteer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="consents",
                        to="people.volunteer",
                    ),
                ),
                (
                    "resident",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="consents",
                        to="people.resident",
                    ),
                ),
                (
                    "given_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("given_at", "id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("purpose", "helping"), ("resident", None), ("volunteer__isnull", False)
                            ),
                            models.Q(("purpose", "asking"), ("resident__isnull", False), ("volunteer", None)),
                            _connector="OR",
                        ),
                        name="consent_of_one_person",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at", None)),
                        fields=("volunteer",),
                        name="one_running_consent_to_help",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at", None)),
                        fields=("resident",),
                        name="one_running_consent_to_ask",
                    ),
                ],
            },
        ),
        migrations.RunPython(note_known, migrations.RunPython.noop),
    ]
