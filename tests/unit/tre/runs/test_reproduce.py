"""Comparing two runs: outputs byte by byte, and what they were made of."""

from dataclasses import replace

import pytest

from tre.core.errors import BadTransition
from tre.runs.manifest import Run, RunState
from tre.runs.reproduce import check_run_can_be_reproduced, compare

RUN = Run(
    id="run-1",
    project="pay",
    person="ravi",
    template="t",
    parameters={},
    notebook_digest="1",
    environment_digest="2",
    view_digests={"wages": "3"},
    started_at="2026-01-01",
    state=RunState.SUCCEEDED,
    output_digests={"a.csv": "4", "results.json": "5"},
)


def test_the_same_is_the_same_but_for_the_sessions_own_manifest():
    found = compare(RUN, replace(RUN, id="run-2", output_digests={"a.csv": "4", "results.json": "6"}))
    assert found.reproduced
    assert found.outputs == {"a.csv": True}


@pytest.mark.parametrize(
    "outputs", [{"a.csv": "x"}, {}, {"a.csv": "4", "b.csv": "4"}], ids=["changed", "missing", "one more"]
)
def test_other_outputs_are_not_reproduced(outputs):
    assert not compare(RUN, replace(RUN, output_digests=outputs)).reproduced


def test_two_runs_without_outputs_prove_nothing():
    empty = replace(RUN, output_digests={})
    assert not compare(empty, empty).reproduced


def test_other_ingredients_are_named():
    found = compare(RUN, replace(RUN, view_digests={"wages": "x"}))
    assert found.ingredients == {"notebook": True, "packages": True, "data": False}


def test_a_failed_run_cannot_be_compared():
    with pytest.raises(BadTransition):
        check_run_can_be_reproduced(replace(RUN, state=RunState.FAILED))
