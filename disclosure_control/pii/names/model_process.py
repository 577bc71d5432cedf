"""A fresh interpreter that reads names with a model of its own: requests and responses are lines of JSON over pipes.

    python -I model_process.py SEARCH_PATH

``SEARCH_PATH`` is the caller's ``sys.path`` as JSON, since an isolated interpreter takes none from its surroundings.
"""

import json
import os
import sys
from typing import Final

# Two processes that each use all processors would wait for each other.
_THREADS: Final = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def main(search_path: list[str]) -> None:
    """Answer requests from standard input, each a list of texts, until it ends."""
    os.environ.update(_THREADS)
    sys.path[:] = search_path
    from disclosure_control.pii.names import model  # noqa: PLC0415 - found by the path that was just set

    for line in sys.stdin:
        sys.stdout.write(json.dumps(model.people(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
