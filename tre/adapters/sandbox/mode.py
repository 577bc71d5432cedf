"""The names of what limits a sandbox."""

from enum import StrEnum


class Mode(StrEnum):
    """What holds all processes of a sandbox together below their limits, the best first."""

    CGROUP_V2 = "cgroup-v2"
    CGROUP_V1 = "cgroup-v1"
    WATCHDOG = "watchdog"
