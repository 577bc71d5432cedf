"""Inside a run's sandbox: execute one notebook by papermill.

Leaves the executed notebook, also when it failed, and ``run.json`` with the failed cell's number and the error's class
name. The error's message stays in the notebook, inside: it may quote data.
"""

import json
import sys
from pathlib import Path

import papermill
from papermill.exceptions import PapermillExecutionError


def main(job: str) -> int:
    """Execute the notebook that ``job`` describes; 0 when every cell ran."""
    plan = json.loads(job)
    home = Path.home()
    result: dict[str, object] = {"succeeded": True}
    try:
        papermill.execute_notebook(
            plan["notebook"],
            str(home / plan["executed"]),
            parameters=plan["parameters"],
            kernel_name="python3",
            cwd=str(home),
            progress_bar=False,
        )
    except PapermillExecutionError as error:
        result = {"succeeded": False, "cell": error.exec_count, "error": error.ename}
    (home / "run.json").write_text(json.dumps(result))
    return 0 if result["succeeded"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
