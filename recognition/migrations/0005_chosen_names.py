"""Which whole names were chosen beside the sentence that says who sees them: none of what was shared before.

Until 0004 the whole name was ticked beforehand, also for a minor. Those rows keep what was ticked, and show the
whole name of an adult only, as the rule of today says.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("recognition", "0004_short_names"),
    ]

    operations = [
        migrations.AddField(
            model_name="passport",
            name="name_chosen",
            field=models.BooleanField(default=False),
        ),
    ]
