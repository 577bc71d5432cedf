"""Inside a check's sandbox: disclosure control of one folder of hostile files.

Reads the request at ``/request``, the project's view and policy at ``/data``, fingerprints of earlier releases at
``/earlier``; leaves ``report.json`` and, by each file's place in the report, its rebuilt bytes under ``clean/`` and its
fingerprint under ``fingerprints/``.
"""

import sys
from pathlib import Path

import disclosure_control as sdc
from disclosure_control.core.decoder import decode, encode
from tre.workspace.check_plan import CheckPlan


def main(job: str) -> int:
    """Check the folder that ``job`` describes."""
    plan = decode(job, CheckPlan)
    home = Path.home()
    views = {name: Path(path) for name, path in plan.views.items()}
    policy = sdc.Policy.load(plan.policy)
    earlier = [sdc.PriorOutput(prior.name, Path(prior.path), prior.foreign) for prior in plan.earlier]
    numbers = Path(plan.numbers) if plan.numbers else None
    report = sdc.check_folder(Path(plan.folder), policy, views=views, unit=plan.unit, earlier=earlier, numbers=numbers)
    (home / "clean").mkdir()
    (home / "fingerprints").mkdir()
    for place, file in enumerate(report.files):
        if file.clean is not None:
            (home / "clean" / str(place)).write_bytes(file.clean)
        if file.fingerprint:
            (home / "fingerprints" / str(place)).write_bytes(file.fingerprint)
    (home / "report.json").write_bytes(encode(report.record))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
