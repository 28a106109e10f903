"""Encrypted fields: secret in the database, plain in Python, readable across a change of keys."""

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from common.encryption import EncryptedJSONField, EncryptedTextField, decrypt, digest, encrypt

OLD, NEW, OTHER = (Fernet.generate_key().decode() for _key in range(3))


@given(st.text())
def test_out_and_back(text):
    token = encrypt(text)
    assert decrypt(token) == text
    assert len(text) < 6 or text not in token


def test_the_same_text_never_looks_the_same_twice():
    assert encrypt("Dorpsstraat 12") != encrypt("Dorpsstraat 12")


def test_another_key_opens_nothing(settings):
    settings.FIELD_ENCRYPTION_KEYS = [OLD]
    token = encrypt("Dorpsstraat 12")
    settings.FIELD_ENCRYPTION_KEYS = [OTHER]
    with pytest.raises(InvalidToken):
        decrypt(token)


def test_a_change_of_keys(settings):
    """The new key comes first; the old one still opens what it closed, and may then go."""
    settings.FIELD_ENCRYPTION_KEYS = [OLD]
    before = encrypt("Dorpsstraat 12")
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    assert decrypt(before) == "Dorpsstraat 12"
    after = encrypt("Dorpsstraat 12")
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    assert decrypt(after) == "Dorpsstraat 12"
    with pytest.raises(InvalidToken):
        decrypt(before)


def test_a_changed_token_is_refused():
    token = encrypt("Dorpsstraat 12")
    changed = token[:-10] + ("A" if token[-10] != "A" else "B") + token[-9:]
    with pytest.raises(InvalidToken):
        decrypt(changed)


def test_digests_are_equal_for_equal_values_only(settings):
    assert digest(" Riet@Voorbeeld.nl") == digest("riet@voorbeeld.nl")
    assert digest("riet@voorbeeld.nl") != digest("piet@voorbeeld.nl")
    before = digest("riet@voorbeeld.nl")
    settings.DIGEST_KEY = "another key"
    assert digest("riet@voorbeeld.nl") != before


@pytest.mark.parametrize("field", [EncryptedTextField(), EncryptedJSONField(null=True)])
def test_nothing_stays_nothing(field):
    assert field.get_prep_value(None) is None
    assert field.from_db_value(None, None, connection) is None


def test_an_empty_text_stays_empty():
    assert EncryptedTextField().get_prep_value("") == ""
    assert EncryptedTextField().from_db_value("", None, connection) == ""


@pytest.mark.parametrize(
    "value", [{"street": "Dorpsstraat", "n": [1, 2.5]}, [52.03, 5.08], "é", 0, False, {}]
)
def test_json_values_out_and_back(value):
    field = EncryptedJSONField()
    stored = field.get_prep_value(value)
    assert "Dorpsstraat" not in stored
    assert field.from_db_value(stored, None, connection) == value
    assert field.to_python(value) is value
