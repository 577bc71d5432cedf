"""What a check's job is told as it starts in its sandbox: paths as they are seen from inside."""

from msgspec import Struct

from disclosure_control.checking.messages import PriorOutputFile


class CheckPlan(Struct, frozen=True, forbid_unknown_fields=True):
    """One check.

    Attributes:
        folder: what is checked.
        policy: the file of thresholds.
        views: the project's views, by dataset.
        unit: the column that says which person a row of them belongs to.
        numbers: the file that numbers people alike in every project; None where there is none.
        earlier: what was released before.
    """

    folder: str
    policy: str
    views: dict[str, str]
    unit: str
    numbers: str | None = None
    earlier: tuple[PriorOutputFile, ...] = ()
