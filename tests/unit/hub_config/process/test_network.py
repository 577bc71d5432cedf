"""Where Jupyter's proxy is found: in the package where a wheel carries it, else beside the checkout, else nowhere."""

import pytest

from hub_config.process import network
from hub_config.process.installation import PACKAGE
from tre.core.errors import Unavailable


def test_the_wheels_proxy_comes_before_the_checkouts_and_no_other_place_is_looked_at(monkeypatch, tmp_path):
    assert (PACKAGE / "_proxy", PACKAGE.parent) == network._PLACES
    wheel, checkout, here = (tmp_path / name for name in ("wheel", "checkout", "here"))
    monkeypatch.setattr(network, "_PLACES", (wheel, checkout))
    put(here)
    monkeypatch.chdir(here)
    with pytest.raises(Unavailable, match="not installed"):
        network._proxy()
    put(checkout)
    assert network._proxy().is_relative_to(checkout)
    put(wheel)
    assert network._proxy().is_relative_to(wheel)


def put(folder):
    proxy = folder / "node_modules" / "configurable-http-proxy" / "bin" / "configurable-http-proxy"
    proxy.parent.mkdir(parents=True)
    proxy.touch()
