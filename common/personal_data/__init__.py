"""Finds what identifies a person in free text, so that people can be helped to leave it out.

A help request is read by volunteers before anybody agreed on anything: it should say what is
needed, not who asks or where they live. A citizen service number (BSN) may never be stored.
"""

from common.personal_data.finder import find_personal_data
from common.personal_data.kinds import Finding, Kind
from common.personal_data.words import describe, mask_personal_data, refuse_bsn

__all__ = ["Finding", "Kind", "describe", "find_personal_data", "mask_personal_data", "refuse_bsn"]
