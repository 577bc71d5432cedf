"""A workspace or run, isolated by bubblewrap: no network, no other files, limits on, nobody's rights.

``launch`` and ``run`` start programs in it; ``copy_tree`` takes a researcher's files out of a folder that they control;
``probe`` tells what this machine can do. The hub's workspaces and papermill's runs use the same sandbox.
"""

from tre.adapters.sandbox.launch import ExitReport, SandboxProcess, launch, run
from tre.adapters.sandbox.privilege import SANDBOX_ID, prepare_readable, prepare_writable
from tre.adapters.sandbox.probe import Capability, probe
from tre.adapters.sandbox.runtime import PYTHON, VENV
from tre.adapters.sandbox.safe_read import copy_tree, read_bytes
from tre.workspace.paths import LIB

__all__ = [
    "LIB",
    "PYTHON",
    "SANDBOX_ID",
    "VENV",
    "Capability",
    "ExitReport",
    "SandboxProcess",
    "copy_tree",
    "launch",
    "prepare_readable",
    "prepare_writable",
    "probe",
    "read_bytes",
    "run",
]
