"""`snakemake compare`: the small run that has ended, beside a copy of it that has no data."""

import json
import shutil

import pandas as pd
import pytest

pytestmark = pytest.mark.slow


def test_a_run_beside_a_copy_of_its_tables(finished):
    # Elsewhere as from another hospital: tables and manifest alone.
    elsewhere, here = finished.folder / "elsewhere", finished.folder / "results"
    shutil.copytree(here / "tables", elsewhere / "tables")
    manifest = json.loads((here / "manifest.json").read_text(encoding="utf-8"))
    manifest["config"]["experiment"]["splits"] = 77
    (elsewhere / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    before = finished.digests()

    runs = "runs={ours: ., theirs: elsewhere}"
    done = finished.succeed("compare", "--config", runs, presets=())
    assert "synthsize: the comparison is compare/report.html" in done.stdout
    assert finished.digests() == before

    found = {path.stem: pd.read_csv(path) for path in (finished.folder / "compare/tables").glob("*.csv")}
    ours, theirs = (found["gains"].query("run == @run").drop(columns="run") for run in ("ours", "theirs"))
    pd.testing.assert_frame_equal(ours.reset_index(drop=True), theirs.reset_index(drop=True))
    # The gain over raw data is the run's own verdict, turned.
    verdicts, answers = (pd.read_csv(here / f"tables/{name}.csv") for name in ("verdicts", "answers"))
    judged = answers.merge(verdicts.query("alternative == 'none'"), on=["task", "classifier", "recipe"])
    over_raw = ours.query("reference == 'none' and gain.notna()")
    assert over_raw["gain"].tolist() == pytest.approx((-judged["mean_difference_y"]).tolist())
    assert found["differing_settings"]["key"].unique().tolist() == ["experiment.splits"]

    page = (finished.folder / "compare/report.html").read_text(encoding="utf-8")
    assert "Settings differ: Splits (ours: 2 / theirs: 77)." in page
    assert page.count("data:image/png;base64,") == 1  # no learning curve in these runs
    assert (finished.folder / "compare/figures/side_by_side_logistic.pdf").stat().st_size > 0

    refused = finished.run("--dry-run", "--config", runs, presets=())
    assert refused.returncode == 1
    assert "runs names finished runs, which only the target compare reads" in refused.stdout + refused.stderr
