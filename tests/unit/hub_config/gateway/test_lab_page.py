"""The lab's page: of the server's own, a few settings as data."""

import json
import re

import pytest

from hub_config.gateway.lab_page import Lab, build, server_settings
from hub_config.gateway.refusal import Refusal
from hub_config.lab import lockdown
from tests.gateway import lab_assets

LAB = Lab("main.1a.js?v=1a", [{"name": "own", "load": "static/remoteEntry.1.js"}], ["a:b"])
SAID = '<script id="jupyter-config-data" type="application/json">{}</script>'
BASE = "/user/ana/pay/"


def settings_of(page: str):
    return json.loads(re.search(r'application/json">(.*?)</script>', page).group(1))


def test_what_matters_is_said_here():
    settings = {
        "baseUrl": "http://evil.example/",
        "wsUrl": "ws://evil.example/",
        "fullStaticUrl": "http://evil.example/static",
        "disabledExtensions": [],
        "federated_extensions": [{"name": "evil", "load": "static/evil.js"}],
        "fullMathjaxUrl": "http://evil.example/",
        "token": "t",
        "treePath": "a.ipynb",
        "workspace": {"not": "plain"},
    }
    built = settings_of(build(settings, LAB, BASE))
    assert "evil" not in json.dumps(built)
    assert built["disabledExtensions"] == ["a:b"]
    assert built["fullStaticUrl"] == "/user/ana/pay/static/lab"
    assert (built["token"], built["treePath"]) == ("t", "a.ipynb")
    assert "workspace" not in built


def test_nothing_in_a_setting_ends_its_element():
    page = build({"treePath": "</script><script>alert(1)</script>&<!--"}, LAB, BASE)
    assert page.count("<script") == 3
    assert settings_of(page)["treePath"] == "</script><script>alert(1)</script>&<!--"


@pytest.mark.parametrize("page", ["", "<html></html>", SAID.format("[1]"), SAID.format("{"), SAID.format("[" * 100000)])
def test_what_is_not_the_labs_page_is_refused(page):
    with pytest.raises(Refusal):
        server_settings(page)


def test_the_installed_lab_is_found():
    lab = lab_assets().lab
    assert re.fullmatch(r"main\.[0-9a-f]+\.js\?v=[0-9a-f]+", lab.script)
    assert "@jupyter-server/resource-usage" in {item["name"] for item in lab.extensions}
    assert tuple(lab.disabled) == lockdown.DISABLED_EXTENSIONS


@pytest.mark.parametrize(
    "path", ["static/lab/index.html", "static/lab/none.js", "gateway/serving.py", "gateway/", "static/lab/", "other/x"]
)
def test_what_is_not_a_file_of_the_lab_is_not_there(path):
    with pytest.raises(Refusal) as error:
        lab_assets().read(path)
    assert error.value.status == 404


def test_files_are_read_below_their_folder_alone():
    files = lab_assets()
    assert files.read("gateway/guard.js")[1] == "text/javascript"
    for path in ("gateway/../lockdown.py", "static/lab/../../../../../etc/passwd", "static/lab//etc/passwd"):
        with pytest.raises(Refusal):
            files.read(path)
