"""The stores of every stage on SQLAlchemy: SQLite by default, PostgreSQL by one setting."""
