"""Tables, sessions and migrations; SQLite by default, PostgreSQL by its URL."""
