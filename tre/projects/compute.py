"""What Dask, Spark and other programs in a workspace or run are told of its limits, as small files: pure.

Limits are kept from outside; this only makes programs ask for what they can have. So that ``Client()`` and
``SparkSession.builder.getOrCreate()`` work as they are.
"""

import json
import math
from collections.abc import Mapping
from typing import Final

from tre.projects.workspace import MIB, Limits
from tre.workspace.paths import HOME

SPARK_CONF: Final = "/etc/spark"
# What is left to Jupyter's server and the kernel itself.
_KEPT_BYTES: Final = 512 * MIB
# Of the rest, what Spark's Java heap gets: its buffers beside the heap and Python's own need the other half.
_HEAP_SHARE: Final = 0.5
_CPU_PERIOD_US: Final = 100_000


def files(limits: Limits) -> Mapping[str, str]:
    """Every file inside, place to text."""
    return {
        **_control_group(limits),
        # JSON is YAML, which is what Dask reads.
        "/etc/dask/workspace.yaml": json.dumps(_dask(), indent=1) + "\n",
        f"{SPARK_CONF}/spark-defaults.conf": "".join(f"{key} {value}\n" for key, value in _spark(limits).items()),
        f"{SPARK_CONF}/log4j2.properties": _LOG4J,
    }


def environment() -> Mapping[str, str]:
    """Variables that name those places."""
    return {"SPARK_CONF_DIR": SPARK_CONF}


def _shared_bytes(limits: Limits) -> int:
    """What the programs of a session may share."""
    return max(limits.memory_bytes - _KEPT_BYTES, limits.memory_bytes // 2)


def _cpus(limits: Limits) -> int:
    return max(1, math.ceil(limits.cpus))


def _control_group(limits: Limits) -> dict[str, str]:
    """Where programs look for limits (Dask, DuckDB, joblib); the real control group cannot be seen from inside."""
    quota = f"{_cpus(limits) * _CPU_PERIOD_US}"
    return {
        "/sys/fs/cgroup/memory.max": f"{_shared_bytes(limits)}\n",
        "/sys/fs/cgroup/cpu.max": f"{quota} {_CPU_PERIOD_US}\n",
        "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": f"{quota}\n",
        "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": f"{_CPU_PERIOD_US}\n",
    }


def _dask() -> dict[str, object]:
    return {
        "temporary-directory": f"{HOME}/.cache/dask",
        "dataframe": {"convert-string": True},
        "distributed": {
            # In a run nobody looks at a dashboard; a workspace names its own (``hub_config.lab.environment``).
            "dashboard": {"link": ""},
            "worker": {"memory": {"target": 0.6, "spill": 0.7, "pause": 0.8, "terminate": 0.95}},
        },
    }


def _spark(limits: Limits) -> dict[str, object]:
    heap = int(_shared_bytes(limits) * _HEAP_SHARE) // MIB
    cpus = _cpus(limits)
    return {
        "spark.master": f"local[{cpus}]",
        "spark.driver.memory": f"{heap}m",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        # Small enough that each part fits into its share of the heap; Spark joins those that turn out tiny.
        "spark.sql.shuffle.partitions": 16 * cpus,
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        "spark.local.dir": f"{HOME}/.cache/spark",
        "spark.sql.warehouse.dir": f"{HOME}/.cache/spark-warehouse",
    }


_LOG4J: Final = """\
rootLogger.level = error
rootLogger.appenderRef.stderr.ref = stderr
appender.stderr.type = Console
appender.stderr.name = stderr
appender.stderr.target = SYSTEM_ERR
appender.stderr.layout.type = PatternLayout
appender.stderr.layout.pattern = %p %c{1}: %m%n%ex
"""
