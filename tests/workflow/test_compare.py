"""`snakemake compare`: the small run that has ended, beside another one of its kind that has no data."""

import shutil

import pandas as pd
import pytest

pytestmark = pytest.mark.slow


def test_two_finished_runs_of_different_settings(finished, degenerate_run):
    # Elsewhere as from another hospital: tables and manifest alone.
    elsewhere, here = finished.folder / "elsewhere", finished.folder / "results"
    other, _ = degenerate_run("one size")
    shutil.copytree(other / "tables", elsewhere / "tables")
    shutil.copy2(other / "manifest.json", elsewhere)
    before = finished.digests()

    runs = "runs={ours: ., theirs: elsewhere}"
    done = finished.succeed("compare", "--config", runs, presets=())
    assert "synthsize: the comparison is compare/report.html" in done.stdout
    assert finished.digests() == before

    found = {path.stem: pd.read_csv(path) for path in (finished.folder / "compare/tables").glob("*.csv")}
    for run, folder in {"ours": here, "theirs": elsewhere}.items():
        # The gain over raw data is the run's own verdict, turned.
        verdicts, answers = (pd.read_csv(folder / f"tables/{name}.csv") for name in ("verdicts", "answers"))
        judged = answers.merge(verdicts.query("alternative == 'none'"), on=["task", "classifier", "recipe"])
        assert len(judged) == len(answers)
        gains = found["gains"].loc[found["gains"]["run"] == run]
        over_raw = gains.query("reference == 'none' and gain.notna()")
        assert over_raw["gain"].tolist() == pytest.approx((-judged["mean_difference_y"]).tolist())
        assert over_raw["task"].tolist() == judged["task"].tolist()
    tasks = found["tasks"].set_index(["task", "run"])["shared"]
    assert tasks.groupby("task").all().to_dict() == {"mortality": True, "sepsis": False}
    assert found["differing_settings"].groupby("key")["value"].agg(tuple).to_dict() == {
        "experiment.generators": ("smote, jitter", "adasyn"),
        "experiment.multipliers.start": ("0", "1"),
        "experiment.multipliers.stop": ("2", "1"),
        "experiment.vtss.criteria": ("balanced_loss, balanced_accuracy", "balanced_accuracy"),
        "protocol.majority_weight": ("0.5", "0.2"),
        "reporting.rope": ("0.01", "0"),
    }

    page = (finished.folder / "compare/report.html").read_text(encoding="utf-8")
    assert ">Smallest m<" in page
    assert " settings of the runs differ (What differs): a difference below may" in page
    assert page.count("data:image/png;base64,") == 1  # no learning curve in these runs
    assert (finished.folder / "compare/figures/side_by_side_logistic.pdf").stat().st_size > 0

    refused = finished.run("--dry-run", "--config", runs, presets=())
    assert refused.returncode == 1
    assert "runs names finished runs, which only the target compare reads" in refused.stdout + refused.stderr
