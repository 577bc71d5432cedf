"""Write the site's sources to build/docs and its configuration to build/zensical.toml: ``python -m infra.docs``."""

import shutil
from pathlib import Path

from infra.docs import navigation, pages

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
MERMAID = ROOT / "infra" / "docs" / "node_modules" / "@mermaid-js" / "tiny" / "dist" / "mermaid.tiny.js"


def main() -> None:
    """Gather the pages, and write where each stands."""
    site = BUILD / "docs"
    for old in (site, BUILD / "site", BUILD / ".cache"):  # what was built before would hide its warnings
        shutil.rmtree(old, ignore_errors=True)
    for path, text in pages.gather(ROOT).items():
        target = site / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    shutil.copytree(ROOT / "docs" / "images", site / "images")
    shutil.copytree(ROOT / "infra" / "docs" / "assets", site / "assets")
    shutil.copy(MERMAID, site / "assets" / "mermaid.js")
    (BUILD / "zensical.toml").write_text(navigation.configuration(ROOT), encoding="utf-8")


if __name__ == "__main__":
    main()
