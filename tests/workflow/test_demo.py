"""The demo preset on the open MIMIC-III demo: real patients, from their raw tables to the report."""

import pandas as pd
import pytest
from open_data import MIMIC3_DEMO, open_data

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def demo():
    return open_data(MIMIC3_DEMO)


def positives(results):
    table = pd.read_csv(results / "tables" / "table1.csv", index_col="task")
    return table.loc[["mortality", "sepsis", "septic_shock"], "positives"].tolist(), table["admissions"].iloc[
        0
    ]


def test_the_demo_preset_reaches_its_report(new_checkout, demo):
    checkout = new_checkout()
    checkout.preset(
        "override",
        {
            "experiment": {
                "splits": 2,
                "generators": ["smote"],
                "multipliers": {"step": 1},
                "vtss": {"repeats": 1},
            }
        },
    )
    presets = ("workflow/presets/demo", "override")
    source = f"source={{path: {demo}}}"
    checkout.succeed("--config", source, presets=presets)
    results = checkout.folder / "runs" / "demo" / "results"
    assert positives(results) == ([40, 26, 16], 129)
    expected = pd.read_csv(results / "tables" / "expected.csv")
    assert set(expected["verdict"]) == {"equal"}
    page = (results / "report.html").read_text()
    patients = pd.read_parquet(results / "extract" / "admissions.parquet")
    assert not any(
        f">{identifier}<" in page for identifier in [*patients["patient_id"], *patients["admission_id"]]
    )

    latest = ("--config", source, "cohort={admissions: latest}", "output={root: latest}")
    checkout.succeed("latest/results/tables/table1.csv", *latest, presets=presets)
    assert positives(checkout.folder / "latest" / "results") == ([40, 17, 9], 100)
