"""Reads of recognition, one file per family."""
