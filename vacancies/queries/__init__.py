"""Reads of the vacancy bank, one file per family."""
