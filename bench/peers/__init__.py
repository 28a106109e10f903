from bench.peers.memory import Answer, Flat, Peer, flat_numpy, plain_loop

__all__ = ["Answer", "Flat", "Peer", "flat_numpy", "plain_loop"]
