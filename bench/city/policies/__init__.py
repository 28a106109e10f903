"""The policies that are compared, one file each, by the key that `--policy` takes. Ours comes first."""

from bench.city.policies.board import Board
from bench.city.policies.board_mail import BoardMail
from bench.city.policies.broadcast import Broadcast
from bench.city.policies.constant import ConstantWeights
from bench.city.policies.engine_waves import EngineWaves
from bench.city.policies.nearest import Nearest
from bench.city.policies.reasons import Reasons
from simulation.town.engine import Engine
from simulation.town.listed import EngineList, ListFirst
from simulation.town.policy import Policy

POLICIES: dict[str, type[Policy]] = {
    policy.key: policy
    for policy in (
        Engine,
        EngineList,
        ListFirst,
        EngineWaves,
        Nearest,
        Board,
        BoardMail,
        Broadcast,
        ConstantWeights,
        Reasons,
    )
}
OURS = (Engine.key, EngineList.key, ListFirst.key, EngineWaves.key)

__all__ = ["OURS", "POLICIES", "Policy"]
