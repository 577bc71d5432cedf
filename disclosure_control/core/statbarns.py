"""Kinds of statistic ("statbarns"), and the risks that each carries.

The kinds follow the statbarn classification used for output checking in UK trusted research environments
(SACRO: Semi-Automated Checking of Research Outputs, 2023). Only the kinds that this package makes or recognises
stand here.
"""

from typing import Final

FREQUENCIES: Final = "frequencies"
LINEAR_AGGREGATIONS: Final = "linear aggregations"
POSITION: Final = "position"
SHAPE: Final = "shape"
REGRESSION: Final = "correlation and regression"
SURVIVAL: Final = "hazard and survival tables"
UNKNOWN: Final = "unknown"
RECORD: Final = "record of the session"

RISKS: Final[dict[str, tuple[str, ...]]] = {
    FREQUENCIES: ("low counts", "class disclosure", "differencing"),
    LINEAR_AGGREGATIONS: ("low counts", "dominance", "differencing"),
    POSITION: ("low counts", "class disclosure"),
    SHAPE: ("low counts", "end points"),
    REGRESSION: ("low degrees of freedom", "small groups"),
    SURVIVAL: ("low counts", "implicit tables"),
    UNKNOWN: ("anything: the file does not say what it is",),
    RECORD: (),
}
