"""Devices that messages go to, and the hours in which they stay silent."""

import datetime

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import common.clock
import common.encryption
import common.ids


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("notifications", "0002_preferences"),
    ]

    operations = [
        migrations.AddField(
            model_name="notificationpreference",
            name="quiet_from",
            field=models.TimeField(db_default=datetime.time(21, 0), default=datetime.time(21, 0)),
        ),
        migrations.AddField(
            model_name="notificationpreference",
            name="quiet_until",
            field=models.TimeField(db_default=datetime.time(8, 0), default=datetime.time(8, 0)),
        ),
        migrations.CreateModel(
            name="PushSubscription",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=common.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("endpoint", common.encryption.EncryptedTextField()),
                ("endpoint_digest", models.CharField(max_length=64, unique=True)),
                (
                    "p256dh",
                    common.encryption.EncryptedTextField(help_text="Public key of the browser, base64url"),
                ),
                (
                    "auth",
                    common.encryption.EncryptedTextField(
                        help_text="Secret shared with the browser, base64url"
                    ),
                ),
                (
                    "server_key",
                    models.CharField(help_text="Public half of our key it subscribed under", max_length=90),
                ),
                ("device", models.CharField(max_length=60)),
                (
                    "session_key",
                    common.encryption.EncryptedTextField(help_text="In which session it subscribed"),
                ),
                (
                    "signed_in_until",
                    models.DateTimeField(help_text="When that session runs out by itself"),
                ),
                ("created_at", models.DateTimeField(default=common.clock.now)),
                (
                    "used_at",
                    models.DateTimeField(blank=True, help_text="When a message was last taken", null=True),
                ),
                (
                    "failures",
                    models.PositiveSmallIntegerField(default=0, help_text="Since a message was last taken"),
                ),
                (
                    "rests_until",
                    models.DateTimeField(
                        blank=True, help_text="The push service is not asked before", null=True
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="push_subscriptions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
    ]
