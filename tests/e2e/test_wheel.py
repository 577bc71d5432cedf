"""The wheel in an empty environment, outside the checkout, as an ordinary user: what it promises with which extras."""

import json
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser import LONG_MS, chromium, log_in
from tests.hub import alive, until
from tests.wheel import REPOSITORY, Installed, build, installed
from tre.adapters.sandbox.processes import descendants
from tre.demo.journey import PASSWORD

pytestmark = [pytest.mark.e2e, pytest.mark.sandbox, pytest.mark.browser, pytest.mark.heavy, pytest.mark.timeout(900)]

MOST_PACKAGES = 17
LAPTOP = """
import pandas as pd
import disclosure_control as sdc

people = pd.DataFrame({"region": ["N", "S", "E"] * 80, "sex": ["f", "m"] * 120})
people.index.name = "person"
outputs = sdc.Outputs("outputs")
outputs.crosstab(people.region, people.sex)
outputs.finalise()
print(sdc.check_path("outputs/table_1.csv").outcome.name, sdc.check_folder("outputs").outcome.name)
"""
PLACES = """
import disclosure_control, hub_config, tre
print(disclosure_control.__file__, hub_config.__file__, tre.__file__)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    return build(tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def laptop(wheel) -> Iterator[Installed]:
    with installed(wheel) as environment:
        yield environment


@pytest.fixture(scope="module")
def everything(wheel) -> Iterator[Installed]:
    with installed(wheel, "demo") as environment:
        yield environment


def test_judging_tables_takes_few_packages(laptop):
    folders = (laptop.python.parents[1] / "lib").glob("python3.*/site-packages/*.dist-info")
    names = sorted(folder.name for folder in folders)
    assert any(name.startswith("tre_toolkit-") for name in names)
    assert len(names) <= MOST_PACKAGES, names


def test_a_laptop_makes_and_checks_tables_with_them(laptop):
    done = laptop.run("python", "-c", LAPTOP)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "REVIEW PASS"


def test_on_a_laptop_what_cannot_be_read_fails_and_says_what_to_install(laptop):
    (laptop.home / "paper.pdf").write_bytes(b"%PDF-1.4\n")
    done = laptop.run("tre", "check", "paper.pdf")
    assert done.returncode == 11, done.stderr
    assert "pikepdf, which reads PDF, is not installed.\n" in done.stdout
    assert "→ Install tre-toolkit[files].\n" in done.stdout


def test_a_laptop_is_told_what_the_tre_needs(laptop):
    done = laptop.run("tre", "demo")
    assert (done.returncode, done.stderr.splitlines()[-1].strip()) == (7, "Install tre-toolkit[demo].")


def test_the_demo_ends_with_a_package_that_verifies(everything):
    places = everything.run("python", "-c", PLACES)
    assert places.returncode == 0, places.stderr
    assert str(REPOSITORY) not in places.stdout
    demo = everything.run("tre", "--json", "demo")
    assert demo.returncode == 0, demo.stderr
    package = Path(json.loads(demo.stdout)["package"])
    assert package.is_relative_to(everything.home)
    verified = everything.run("tre", "release", "verify", str(package), "--public-key", f"{package}/public-key.pem")
    assert verified.returncode == 0, verified.stderr
    assert everything.run("tre", "audit", "verify").returncode == 0


def test_the_doctor_finds_everything_that_is_needed(everything):
    done = everything.run("tre", "--json", "doctor")
    assert done.returncode == 0, done.stdout
    found = {row["name"]: row for row in json.loads(done.stdout)}
    assert "English model" in found["names in text"]["detail"]


@pytest.fixture
def up(everything) -> Iterator[str]:
    """The address of a TRE that ``tre up --demo`` serves; it must end whole when it is told to."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    log = everything.home / "up.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            everything.command("tre", "up", "--demo"),
            cwd=everything.home,
            env=everything.environment(TRE_PORT=str(port)),
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        until(lambda: b"ready at" in log.read_bytes() or process.poll() is not None)
        assert process.poll() is None, log.read_text()
        yield f"http://127.0.0.1:{port}"
        family = descendants(process.pid)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0, log.read_text()
        until(lambda: not alive(family))
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def test_the_tre_is_in_a_browser_from_the_login_to_a_workspace_and_the_airlock(up):
    with chromium() as browser:
        ravi = log_in(browser.new_page(), up, "ravi", PASSWORD)
        ravi.click("#start-pay-and-health")
        ravi.wait_for_url("**/user/ravi/pay-and-health/lab**", timeout=LONG_MS)
        # The panel and the templates are there.
        ravi.locator('.lm-TabBar-tab[data-id="tre-outputs"]').wait_for(timeout=LONG_MS)
        template = ravi.locator(".jp-LauncherCard[data-category=Templates]", has_text="pay and health")
        template.wait_for(timeout=LONG_MS)

        chidi = log_in(browser.new_context().new_page(), up, "chidi", PASSWORD)
        chidi.goto(f"{up}/services/airlock/")
        chidi.wait_for_selector("h1")
        assert chidi.evaluate("typeof window.htmx") == "object"
