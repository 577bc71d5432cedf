"""Where each page stands on the site: what infra/docs/zensical.toml says, with the rules' own pages by family."""

import json
from itertools import groupby
from pathlib import Path

_PLACEHOLDER = '"rules/*"'
FAMILIES = {
    "artefact": "Files",
    "check": "The check itself",
    "code": "Code",
    "evidence": "Evidence",
    "figure": "Figures",
    "microdata": "Records",
    "model": "Models",
    "pii": "Personal data",
    "policy": "Policy",
    "survival": "Survival",
    "table": "Tables",
    "units": "Units",
}


def configuration(root: Path) -> str:
    """The site's configuration.

    Args:
        root: the repository.

    Returns:
        TOML in which each rule's page has its place.

    Raises:
        KeyError: a rule's family has no name here.
        ValueError: the file has no place for the rules.
    """
    text = (root / "infra" / "docs" / "zensical.toml").read_text(encoding="utf-8")
    before, after = text.split(_PLACEHOLDER)
    names = sorted(path.stem for path in (root / "docs" / "rules").glob("*.md") if path.stem != "README")
    families = [
        f"{{ {json.dumps(FAMILIES[family])} = {json.dumps([f'rules/{name}.md' for name in group])} }}"
        for family, group in groupby(names, key=lambda name: name.split(".")[0])
    ]
    return before + ",\n      ".join(families) + after
