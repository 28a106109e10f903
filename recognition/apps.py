"""Django's registration of the recognition app."""

from django.apps import AppConfig


class RecognitionConfig(AppConfig):
    """Hours that volunteers gave, the passport that shows them, thanks and reimbursements."""

    name = "recognition"
    default_auto_field = "django.db.models.BigAutoField"
