"""Inside a check's sandbox: disclosure control of one folder of hostile files.

Reads the request at ``/request``, the project's view and policy at ``/data``; leaves ``report.json`` and, under
``clean/``, the rebuilt bytes of each file by its place in the report.
"""

import json
import sys
from pathlib import Path

import disclosure_control as sdc


def main(job: str) -> int:
    """Check the folder that ``job`` describes."""
    plan = json.loads(job)
    home = Path.home()
    views = {name: Path(path) for name, path in plan["views"].items()}
    policy = sdc.Policy.load(plan["policy"])
    report = sdc.check_folder(Path(plan["folder"]), policy, views=views, unit=plan["unit"])
    (home / "clean").mkdir()
    for place, file in enumerate(report.files):
        if file.clean is not None:
            (home / "clean" / str(place)).write_bytes(file.clean)
    (home / "report.json").write_text(json.dumps(report.to_dict(), allow_nan=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
