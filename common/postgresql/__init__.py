"""Django's backend for PostgreSQL, with a quicker look at a connection before it is used."""
