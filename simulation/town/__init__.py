"""A synthetic town that lives with our own engine. It knows no table, no setting and no person."""
