"""Fields that people's shapes share."""

from typing import Any

from rest_framework import serializers

from people.enums import MaskChoices


class KeysField(serializers.ListField):
    """A mask as the list of its keys, in their fixed order; the order that comes in does not matter."""

    def __init__(self, vocabulary: type[MaskChoices], **kwargs: Any) -> None:
        self.vocabulary = vocabulary
        kwargs.setdefault("max_length", len(vocabulary))
        super().__init__(child=serializers.ChoiceField(choices=vocabulary.choices), **kwargs)

    def to_representation(self, data: Any) -> list[str]:
        """Mask out as keys; bits of other vocabularies in the same mask are left out."""
        return [member.value for member in self.vocabulary.from_mask(data)]

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Keys in, as a mask. Raises ``ValidationError`` for an unknown key or too few of them."""
        return self.vocabulary.to_mask(super().run_validation(data))
