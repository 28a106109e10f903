"""The demonstration town: facts of Nieuwegein, invented people, a year of requests."""
