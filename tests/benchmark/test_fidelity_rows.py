"""Fidelity of a generator's rows on the splits of a task."""

from dataclasses import replace

import numpy as np
import pandas as pd
from small_blocks import SETTINGS, analysis_table

from synthsize.benchmark.fidelity import run_fidelity
from synthsize.contracts.fidelity import FIDELITY
from synthsize.contracts.results import EVENTS
from synthsize.statistics.fidelity_summary import FIDELITY_COLUMNS, summarise_fidelity

SPREAD_OUT = {"class": "synthsize.balance.generators.jitter.Jitter", "params": {"scale": 40.0}}


def measured(generator, settings=SETTINGS, table=None, splits=(0, 1)):
    table = analysis_table() if table is None else table
    return run_fidelity(table, task="t", generator=generator, splits=splits, settings=settings)


def test_generators_are_set_beside_the_same_test_rows(tmp_path):
    found = {name: measured(name) for name in ("gaussian", "bootstrap")}
    wild = measured("wild", replace(SETTINGS, generator=SPREAD_OUT))
    for result in found.values():
        FIDELITY.write(result.measured, tmp_path / "measured.parquet")
        EVENTS.write(result.events, tmp_path / "events.parquet")
    real = [
        result.measured.query("rows == 'test_rows'").drop(columns="generator") for result in found.values()
    ]
    pd.testing.assert_frame_equal(*real)
    assert found["gaussian"].events.empty
    assert list(found["bootstrap"].events["event"]) == ["generator_collapsed"] * 2
    assert list(wild.events["event"]) == ["generator_exploded"] * 2
    table = summarise_fidelity(pd.concat([wild.measured, *(result.measured for result in found.values())]))
    assert list(table.columns) == list(FIDELITY_COLUMNS)
    table = table.set_index("generator")
    assert list(table.index) == ["test_rows", "bootstrap", "gaussian", "wild"]
    assert list(table["n_splits"]) == [2] * 4
    assert table.loc["bootstrap", "copies_share"] == 1
    assert table.loc["bootstrap", "collapsed_splits"] == table.loc["wild", "exploded_splits"] == 2
    assert 0.5 < table.loc["test_rows", "distance_ratio"] < 2
    assert table.loc["wild", "outlying_share"] > 0.5 > table.loc["gaussian", "outlying_share"]


def test_splits_do_not_depend_on_each_other():
    pd.testing.assert_frame_equal(
        measured("smote", splits=(1,)).measured,
        measured("smote").measured.query("split == 1").reset_index(drop=True),
    )


def test_one_minority_row_has_nothing_to_compare_with():
    table = analysis_table(n=60, patients=60, positives=0.0).assign(label=False)
    table.loc[[3, 40], "label"] = True
    settings = replace(SETTINGS, test_size=0.5)
    found = measured("smote", settings, table.assign(patient_id=np.arange(60)), splits=(0,))
    assert "fidelity_unknown" in set(found.events["event"])
    assert found.measured["distance_ratio"].isna().all()
