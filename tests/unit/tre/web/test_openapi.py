"""The calls that answer in JSON, with inputs of every kind: never an error of the server."""

from urllib.parse import unquote

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from tests.desk import PREFIX, SECRET, served
from tests.furnished import installation, sample
from tre.web.openapi import OPENAPI

CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def api_schema(tmp_path_factory):
    app = installation(tmp_path_factory.mktemp("api") / "home")
    sample(app)
    app.open_workspace("ravi", "pay")
    return schemathesis.openapi.from_asgi(f"{PREFIX}openapi.json", served(app))


@pytest.mark.parametrize(
    ("path", "method"), [(path, method) for path, calls in OPENAPI["paths"].items() for method in calls], ids=str
)
def test_no_input_is_an_error_of_the_server(api_schema, path, method):
    @given(case=api_schema[path][method].as_strategy())
    @settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def call(case):
        # No route takes a path with a line break in it: that is told by the page on pages that do not exist.
        hypothesis.assume(not any("\n" in unquote(str(value)) for value in case.path_parameters.values()))
        headers = {"x-test-person": "chidi"}
        if path.startswith("/workspace"):
            # A relay stamps who speaks, and knows the secret; what else is in the call is the workspace's.
            headers = {"x-tre-person": "ravi", "x-tre-project": "pay", "authorization": f"Bearer {SECRET}"}
            case.headers = {}
        elif len(case.path_parameters["name"]) % 2:
            case.path_parameters = {"request": "req-1", "name": "health-by-area.csv"}
        response = case.call(headers=headers)
        case.validate_response(response, checks=CHECKS)

    call()


def test_every_call_of_a_workspace_is_described():
    assert {"/workspace/requests", "/workspace/packages"} <= set(OPENAPI["paths"])
