"""The first tables, and an audit log that refuses to be changed."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create every table; audit entries can be added, never updated or deleted."""
    _audit()
    op.create_table(
        "person",
        sa.Column("id", sa.String(63), primary_key=True),
        sa.Column("password_hash", sa.String(255)),
        sa.Column("document", sa.Text, nullable=False),
    )
    op.create_table(
        "dataset_version",
        sa.Column("dataset", sa.String(63), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("document", sa.Text, nullable=False),
    )
    op.create_table(
        "link",
        sa.Column("id", sa.String(63), primary_key=True),
        sa.Column("made_at", sa.String(32), nullable=False),
        sa.Column("document", sa.Text, nullable=False),
    )
    op.create_table(
        "project",
        sa.Column("id", sa.String(63), primary_key=True),
        sa.Column("state", sa.String(31), nullable=False),
        sa.Column("document", sa.Text, nullable=False),
    )
    op.create_table(
        "run",
        sa.Column("id", sa.String(63), primary_key=True),
        sa.Column("project", sa.String(63), nullable=False),
        sa.Column("started_at", sa.String(32), nullable=False),
        sa.Column("document", sa.Text, nullable=False),
    )
    op.create_table(
        "request",
        sa.Column("id", sa.String(63), primary_key=True),
        sa.Column("project", sa.String(63), nullable=False),
        sa.Column("author", sa.String(63), nullable=False),
        sa.Column("state", sa.String(31), nullable=False),
        sa.Column("submitted_at", sa.String(32), nullable=False),
        sa.Column("document", sa.Text, nullable=False),
    )
    op.create_index("request_by_state", "request", ["state", "submitted_at"])


def _audit() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("actor", sa.String(63), nullable=False),
        sa.Column("action", sa.String(63), nullable=False),
        sa.Column("subject", sa.String(127), nullable=False),
        sa.Column("details", sa.Text, nullable=False),
        sa.Column("previous_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False, unique=True),
    )
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("signature", sa.String(128), nullable=False),
    )
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_entry_no_{verb.lower()} BEFORE {verb} ON audit_entry "
                "BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END"
            )
    else:
        op.execute("CREATE RULE audit_entry_no_update AS ON UPDATE TO audit_entry DO INSTEAD NOTHING")
        op.execute("CREATE RULE audit_entry_no_delete AS ON DELETE TO audit_entry DO INSTEAD NOTHING")
