"""The time, asked for in one place so that the rules can be given it as a value."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


def text(moment: datetime) -> str:
    """``moment`` as ISO 8601 in UTC with microseconds, the one form that is hashed and stored."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
