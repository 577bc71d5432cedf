"""How much each person's workspaces have shown their browser, by day."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the table of counters."""
    op.create_table(
        "shown_in_day",
        sa.Column("person", sa.String(63), primary_key=True),
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("shown_bytes", sa.BigInteger, nullable=False),
        sa.Column("noted", sa.Integer, nullable=False),
    )
