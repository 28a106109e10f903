"""What every form of the pages has in common."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages

from django import forms
from django.utils.translation import override

APPS = ("academy", "help_requests", "matching", "notifications", "people", "safeguarding")
STOCK = "This field is required."


def kinds_of(form: type) -> Iterator[type]:
    for kind in form.__subclasses__():
        yield kind
        yield from kinds_of(kind)


def test_no_form_says_in_stock_words_that_something_is_missing() -> None:
    for app in APPS:
        package = import_module(f"{app}.web")
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    with override("en"):
        said = {
            (form.__qualname__, name): str(field.error_messages["required"])
            for form in kinds_of(forms.BaseForm)
            if not form.__module__.startswith("django.")
            for name, field in getattr(form, "base_fields", {}).items()
        }
    assert ("ReportForm", "subject") in said
    assert ("AboutAndAccountForm", "name") in said
    assert {field for field, words in said.items() if words == STOCK} == set()
