"""What this app keeps of a person: nothing."""

from people.rights import excuse
from simulation.models import WhatIf

excuse("Reckoned with totals of a centre; says nothing about a person.", WhatIf)
