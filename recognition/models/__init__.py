"""What is kept of hours given, thanks said, passports shared and costs paid back."""

from recognition.models.claims import Claim
from recognition.models.hours import HourEntry
from recognition.models.limits import YearLimits
from recognition.models.passports import Passport
from recognition.models.thanks import Milestone, Thanks

__all__ = ["Claim", "HourEntry", "Milestone", "Passport", "Thanks", "YearLimits"]
