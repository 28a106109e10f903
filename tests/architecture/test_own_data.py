"""Whatever an app keeps of a person can be told and erased, or it says why not."""

from django.db import models

from people.rights import erased, excused, told
from tests.privacy.everything import all_models


def forgotten(known: set[type[models.Model]]) -> set[str]:
    """The models that nobody tells or erases, and that have no stated reason."""
    cared_for = (told | set(excused)) & (erased | set(excused))
    return {model._meta.label for model in known - cared_for}


def test_every_model_is_told_and_erased_or_says_why_not():
    known = {model for model in all_models() if not model._meta.auto_created}
    assert forgotten(known) == set()


def test_a_reason_is_a_sentence():
    assert all(reason.endswith(".") and len(reason) > 20 for reason in excused.values())


def test_a_new_model_is_seen():
    class Diary(models.Model):
        class Meta:
            app_label = "not_installed"

        def __str__(self) -> str:
            return "a diary"

    assert forgotten({Diary}) == {"not_installed.Diary"}
