"""The matching engine: who could do this, what could I do, and why (not). Pure Python and NumPy, no Django.

`SupplyIndex` holds volunteers and answers for one `Demand`; `DemandIndex` holds demands and answers for one
`SupplyRow`. Both give exactly what a plain loop over all rows gives.

    index = SupplyIndex.from_rows(rows)
    index.best(demand, k=20, today=date) -> Ranked              the best k who pass every filter
    index.candidate(demand, volunteer_id, today=date)           one pair, with the filters it fails
    index.funnel(demand, today=date) -> Funnel                  how many remain after each filter
    index.relaxations(demand, today=date) -> list[Relaxation]   how many fail on one filter only
    index.replace(row); index.remove(volunteer_id)              in place

    DemandIndex.from_demands(demands).best(row, k=20, today=date) -> Ranked
    DemandIndex().put(ids, demand_columns(raw))                 many at once, without an object for each
    explain(candidate, demand) -> list[Reason]                  weightiest reason first
"""

from matching.engine.columns import Columns, as_rows, demand_columns
from matching.engine.demand import DemandIndex, Related
from matching.engine.explain import explain
from matching.engine.supply import SupplyIndex
from matching.engine.types import (
    FOREVER,
    NO_CAP,
    Candidate,
    Demand,
    Facts,
    Filter,
    Funnel,
    FunnelStep,
    Id,
    Ranked,
    Reason,
    Relaxation,
    Screening,
    SupplyRow,
    Term,
    day_number,
)
from matching.engine.weights import KINDS, WEIGHTS

__all__ = [
    "FOREVER",
    "KINDS",
    "NO_CAP",
    "WEIGHTS",
    "Candidate",
    "Columns",
    "Demand",
    "DemandIndex",
    "Facts",
    "Filter",
    "Funnel",
    "FunnelStep",
    "Id",
    "Ranked",
    "Reason",
    "Related",
    "Relaxation",
    "Screening",
    "SupplyIndex",
    "SupplyRow",
    "Term",
    "as_rows",
    "day_number",
    "demand_columns",
    "explain",
]
