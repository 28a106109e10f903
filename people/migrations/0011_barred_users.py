"""A small index of the accounts that are closed or suspended, for who loads everybody."""

from django.db import migrations, models

from common.live_index import AddIndexLive


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("people", "0010_closed_for_a_report"),
    ]

    operations = [
        AddIndexLive(
            model_name="user",
            index=models.Index(
                condition=models.Q(("is_active", False), ("suspended_at__isnull", False), _connector="OR"),
                fields=["id"],
                name="users_barred",
            ),
        ),
    ]
