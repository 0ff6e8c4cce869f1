"""The database: the only room that knows SQL, and the only one with a thread."""
