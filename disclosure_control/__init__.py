"""Statistical disclosure control: may this table, model, figure or file leave?

Usable alone, on a laptop or inside a trusted research environment::

    import disclosure_control as sdc

    outputs = sdc.Outputs("outputs/")
    outputs.crosstab(people.region, people.sex)
    outputs.finalise()
    print(sdc.check_folder("outputs/").to_text())

Public are the names in ``__all__``; everything else may change. Each is loaded when first used: most need pandas,
DuckDB and the solver, which whoever only reads a record or an outcome should not have to load.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

from disclosure_control import errors
from disclosure_control.errors import BadPolicy, BadTable, DisclosureError
from disclosure_control.finding import Finding
from disclosure_control.outcome import Outcome, combine
from disclosure_control.policy import Policy
from disclosure_control.report import FileReport, Report

if TYPE_CHECKING:
    from disclosure_control.engine import Progress, check_folder, check_path
    from disclosure_control.evidence.differences import Earlier
    from disclosure_control.outputs import Outputs
    from disclosure_control.page import report_page
    from disclosure_control.pii.scan import TextFinding, scan_text
    from disclosure_control.tables.attack import attack_table
    from disclosure_control.tables.cells import cell_statistics
    from disclosure_control.tables.judge import judge_cells
    from disclosure_control.tables.suppress import protect_table

__all__ = [
    "BadPolicy",
    "BadTable",
    "DisclosureError",
    "Earlier",
    "FileReport",
    "Finding",
    "Outcome",
    "Outputs",
    "Policy",
    "Progress",
    "Report",
    "TextFinding",
    "attack_table",
    "cell_statistics",
    "check_folder",
    "check_path",
    "combine",
    "errors",
    "judge_cells",
    "protect_table",
    "report_page",
    "scan_text",
]

_LOADED_LATER: Final = {
    "Earlier": "evidence.differences",
    "Progress": "engine",
    "Outputs": "outputs",
    "TextFinding": "pii.scan",
    "attack_table": "tables.attack",
    "cell_statistics": "tables.cells",
    "check_folder": "engine",
    "check_path": "engine",
    "judge_cells": "tables.judge",
    "protect_table": "tables.suppress",
    "report_page": "page",
    "scan_text": "pii.scan",
}


def __getattr__(name: str) -> object:
    """A public name that has not been used yet (PEP 562)."""
    if name not in _LOADED_LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_LOADED_LATER[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
