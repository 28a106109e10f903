"""Everything that is kept of a person, in one file for themselves."""

import io
import json
import zipfile
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common import clock
from common.permissions import require
from people import rights
from people.models import Resident, User, Volunteer
from people.rights import Section, Subject, Told
from people.services.erasing import person_of, subject_of
from people.services.read_log import note_export


@transaction.atomic
def export_self(user: User) -> bytes:
    """Return a ZIP with all that is kept of ``user``: JSON for programs, HTML to read.

    Raises:
        Forbidden: the account may not act.
    """
    require(user, "people.change_account", user)
    return _zipped(subject_of(user))


@transaction.atomic
def export_for(part: Volunteer | Resident, *, by: User) -> bytes:
    """The same on someone's behalf, who cannot or does not want to do it themselves; it leaves a row.

    Raises:
        Forbidden: ``by`` does not coordinate the centre, or is the person.
    """
    require(by, "people.erase", part)
    note_export(part, by=by)
    return _zipped(person_of(part))


def _zipped(subject: Subject) -> bytes:
    sections = rights.tell(subject)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(_("my-data") + ".json", _as_json(sections))
        packed.writestr(_("my-data") + ".html", _as_html(sections))
    return file.getvalue()


def _as_json(sections: list[Section]) -> str:
    told = {section.key: section.rows for section in sections}
    content = {"made_at": clock.now(), "language": get_language(), "data": told}
    return json.dumps(content, default=_plain, ensure_ascii=False, indent=2)


def _plain(value: Any) -> Any:
    if isinstance(value, Told):
        return value.key
    return value.isoformat() if isinstance(value, date) else str(value)


def _as_html(sections: list[Section]) -> str:
    shown = [
        (
            section.title,
            [
                [(label, _in_words(row[name])) for name, label in section.columns.items()]
                for row in section.rows
            ],
        )
        for section in sections
    ]
    context = {"sections": shown, "made_at": clock.now(), "language": get_language()}
    return render_to_string("people/export.html", context)


def _in_words(value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%d-%m-%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d-%m-%Y}"
    if isinstance(value, Told):
        return value.words
    return ", ".join(map(_in_words, value)) or "–" if isinstance(value, list) else str(value)
