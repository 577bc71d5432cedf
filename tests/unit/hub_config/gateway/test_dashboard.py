"""The page of a dashboard: ours alone, whoever listens on the port."""

import re

import pytest

from hub_config.gateway.dashboard import PAGES, SCRIPTS, build
from hub_config.gateway.refusal import Refusal
from hub_config.gateway.routes import TABLE, Kind
from tests.gateway import lab_assets

BASE = "/user/ana/pay/"


@pytest.mark.parametrize("page", PAGES)
def test_it_loads_and_leads_to_what_the_table_lets_through(page):
    built = build(BASE, "8787", page)
    for below in re.findall(r'(?:src|href)="/user/ana/pay/([^"]+)"', built):
        assert any(row.pattern.fullmatch(below) for row in TABLE if row.kind in {Kind.FILE, Kind.DASHBOARD}), below
    assert built.count("src=") == built.count(f'src="{BASE}gateway/') == 2 + len(SCRIPTS)
    assert built.index("guard.js") < built.index("bokeh"), "the guard is there before what draws"
    assert built.count("aria-current") == 1


def test_an_address_stays_in_its_place():
    assert "<b>" not in build('/user/<b>"/', "8787", "status")


def test_what_draws_is_in_this_installation():
    for name in SCRIPTS:
        data, kind = lab_assets().read(f"gateway/bokeh/{name}")
        assert kind == "text/javascript"
        assert len(data) > 10_000
    with pytest.raises(Refusal):
        lab_assets().read("gateway/bokeh/../../../../__init__.py")


def test_dask_has_these_pages():
    scheduler = pytest.importorskip("distributed.dashboard.scheduler")
    assert {f"/{page}" for page in PAGES} <= set(scheduler.applications)
