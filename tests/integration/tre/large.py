"""Run inside a sandbox by ``test_large_data``: as in a researcher's notebook, nothing is configured by hand."""

import json
import sys

import disclosure_control as sdc
import tre


def main(engine: str) -> None:
    limits: dict[str, object]
    if engine == "dask":
        from dask.distributed import Client

        client = Client()
        workers = client.scheduler_info()["workers"].values()
        limits = {"memory": sum(worker["memory_limit"] for worker in workers), "link": client.dashboard_link}
    else:
        from pyspark.sql import SparkSession

        session = SparkSession.builder.getOrCreate()
        limits = {"heap": session.conf.get("spark.driver.memory"), "link": session.sparkContext.uiWebUrl or ""}
    frame = tre.load("people", engine=engine)
    cells = sdc.cell_statistics(frame, by=["region"], value="pay", unit="person_id", margins=True)
    judged = sdc.judge_cells(cells, sdc.Policy.load("default"), statistic="sum")
    total = judged[judged.region == "All"].iloc[0]
    worst = max(judged.outcome).label
    said = {"n": int(total.n), "units": int(total.units), "total": float(total.total), "worst": worst}
    sys.stdout.write(f"SAID {json.dumps({**said, 'cells': len(judged), **limits})}\n")


if __name__ == "__main__":
    main(sys.argv[1])
