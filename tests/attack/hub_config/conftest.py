"""Controls, which make an attack with its defence switched off, take as long as the attacks: they are heavy."""

from pathlib import Path

import pytest

from tests.attack.hub_config.controls import ELSEWHERE

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    controls = set(ELSEWHERE.values())
    for item in items:
        if item.path.is_relative_to(HERE) and getattr(item, "originalname", "") in controls:
            item.add_marker(pytest.mark.heavy)
