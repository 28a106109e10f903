"""The verbs of recognition, one file per family."""
