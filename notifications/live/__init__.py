"""The live socket: who hears what, how a signal reaches every process, and the socket itself."""
