"""A project with a view of 400 people, and a researcher's outputs folder to forge things in."""

from types import SimpleNamespace

import pandas as pd
import pytest

import disclosure_control as sdc
from tests.conftest import delivery
from tre.airlock.submit import SubmissionDetails


@pytest.fixture
def room(app, contract, tmp_path, in_a_month):
    """Ravi's workspace in the project 'pay', seen from outside: its view, its home, its outputs folder."""
    path = tmp_path / "wages.csv"
    path.write_text(delivery(400))
    app.ingest("dana", contract, path)
    app.create_project(
        "dana", "pay", title="Pay", purpose="To see", columns={"wages": ["sex", "pay", "district"]}, ends_on=in_a_month
    )
    app.projects.add_member("dana", "pay", "ravi")
    app.open_workspace("ravi", "pay")
    view = app.settings.home / "projects" / "pay" / "view"
    home = app.settings.home / "homes" / "ravi" / "pay"
    frame = pd.read_parquet(view / "wages.parquet").set_index("person_id")
    outputs = sdc.Outputs(home / "outputs", policy=view / "policy.toml")

    def submit(folder="outputs"):
        made = app.submissions.submit_folder("ravi", "pay", folder, SubmissionDetails("Pay by sex", "For the report"))
        return {file.name: file for file in made.outputs}

    return SimpleNamespace(
        app=app,
        frame=frame,
        home=home,
        folder=home / "outputs",
        outputs=outputs,
        submit=submit,
        policy=view / "policy.toml",
    )
