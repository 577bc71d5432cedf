"""What Dask, Spark and others are told of a workspace's limits."""

import json

import pytest

from tre.projects.compute import SPARK_CONF, environment, files
from tre.projects.workspace import GIB, MIB, Limits


def spark(limits: Limits) -> dict[str, str]:
    lines = files(limits)[f"{SPARK_CONF}/spark-defaults.conf"].splitlines()
    return dict(line.split(" ", 1) for line in lines)


@pytest.mark.parametrize("memory", [GIB // 2, GIB, 4 * GIB, 64 * GIB])
def test_what_is_shared_leaves_room_and_the_heap_is_a_part_of_it(memory):
    told = files(Limits(memory_bytes=memory))
    shared = int(told["/sys/fs/cgroup/memory.max"])
    assert 0 < shared < memory
    heap = int(spark(Limits(memory_bytes=memory))["spark.driver.memory"].removesuffix("m")) * MIB
    assert heap <= shared / 2


@pytest.mark.parametrize(("cpus", "whole"), [(0.5, 1), (1, 1), (2, 2), (2.5, 3)])
def test_processors_are_told_in_whole_numbers(cpus, whole):
    quota, period = map(int, files(Limits(cpus=cpus))["/sys/fs/cgroup/cpu.max"].split())
    assert quota / period == whole
    assert spark(Limits(cpus=cpus))["spark.master"] == f"local[{whole}]"


def test_nothing_listens_for_anybody_outside():
    told = spark(Limits())
    assert told["spark.ui.enabled"] == "false"
    assert told["spark.driver.host"] == told["spark.driver.bindAddress"] == "127.0.0.1"
    assert environment() == {"SPARK_CONF_DIR": SPARK_CONF}


def test_dask_reads_it():
    dask = json.loads(files(Limits())["/etc/dask/workspace.yaml"])
    assert dask["distributed"]["dashboard"]["link"] == ""
    assert dask["temporary-directory"].startswith("/home/")
