"""After a change of keys every value is written anew; a value that changes meanwhile is not lost."""

from io import StringIO
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.core.management.base import CommandError

from backend import keys
from backend.keys import encrypted_columns, renew_column
from people.models import Resident, Volunteer
from safeguarding.enums import ConcernState, NoteKind
from safeguarding.models import Concern, ConcernNote
from tests.factories.people import CentreFactory, ResidentFactory, VolunteerFactory

OLD, NEW = (Fernet.generate_key().decode() for _key in range(2))
pytestmark = pytest.mark.django_db


@pytest.fixture
def old_town(settings):
    """People written with the old key; the new one is in front since."""
    settings.FIELD_ENCRYPTION_KEYS = [OLD]
    resident = ResidentFactory(name="Ans de Wit", phone="", address={"street": "Dorpsstraat"})
    volunteer = VolunteerFactory(phone="0612345678")
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    return resident, volunteer


def told(**options) -> str:
    out = StringIO()
    call_command("rotate_keys", stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


def test_after_it_the_old_key_may_go(old_town, settings):
    resident, volunteer = old_town
    assert "0 values renewed" not in told()
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    back = Resident.objects.get(pk=resident.pk)
    assert (back.name, back.phone, back.address) == ("Ans de Wit", "", {"street": "Dorpsstraat"})
    assert Volunteer.objects.get(pk=volunteer.pk).phone == "0612345678"


def test_the_record_of_a_concern_gets_the_new_key_too(settings):
    settings.FIELD_ENCRYPTION_KEYS = [OLD]
    concern = Concern.objects.create(centre=CentreFactory(), reference="Z-1", told={"story": "Zorgelijk."})
    note = ConcernNote.objects.create(
        concern=concern, kind=NoteKind.NOTE, state=ConcernState.RECEIVED, text="Gebeld.", by_id=uuid4()
    )
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    told()
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    assert ConcernNote.objects.get(pk=note.pk).text == "Gebeld."


def test_looking_changes_nothing_and_a_second_time_there_is_nothing_to_do(old_town, monkeypatch):
    monkeypatch.setattr(keys, "_BATCH", 1)
    to_do = told(check=True)
    assert to_do == told(check=True)
    assert to_do.replace("to renew", "renewed") == told()
    assert told() == "0 values renewed.\n"


def test_a_value_no_key_opens_is_told_and_left_as_it_is(old_town, settings):
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    with pytest.raises(CommandError, match="Add the key"):
        told()
    settings.FIELD_ENCRYPTION_KEYS = [OLD]
    assert Resident.objects.get(pk=old_town[0].pk).name == "Ans de Wit"


def test_what_is_written_meanwhile_stays(old_town, monkeypatch):
    resident, _volunteer = old_town
    renew = keys.renewed

    def changed_under_our_hands(token):
        Resident.objects.filter(pk=resident.pk).update(name="Ans Jansen")
        return renew(token)

    monkeypatch.setattr(keys, "renewed", changed_under_our_hands)
    assert renew_column(Resident, "name") == (1, 0)
    assert Resident.objects.get(pk=resident.pk).name == "Ans Jansen"


def test_every_encrypted_field_is_among_them():
    found = {f"{model.__name__}.{name}" for model, name in encrypted_columns()}
    assert found >= {"Resident.name", "Resident.address", "Volunteer.phone", "HelpRequest.filer"}
