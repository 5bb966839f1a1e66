"""The files of docs/extending.md, written into a checkout as they stand there and run to the report."""

import re
from pathlib import Path

import pandas as pd
import pytest

DOCUMENT = Path(__file__).parents[2] / "docs" / "extending.md"

pytestmark = pytest.mark.slow


def documented_files():
    """Path to content of every file that the document shows: a path by itself on a line, then its code."""
    text = DOCUMENT.read_text(encoding="utf-8")
    shown = re.findall(
        r"^`((?:src|workflow)/[\w/.]+)`\n\n```\w+\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL
    )
    return dict(shown)


def test_each_extension_is_one_file_and_reaches_the_report(new_checkout):
    checkout = new_checkout()
    files = documented_files()
    assert {Path(name).parent.name for name in files} >= {"generators", "learners", "controls"}
    for name, content in files.items():
        assert not (checkout.folder / name).exists(), name
        (checkout.folder / name).write_text(content, encoding="utf-8")
    trees = {
        "name": "trees",
        "class": "sklearn.ensemble.ExtraTreesClassifier",
        "params": {"n_estimators": 10},
        "label": "Extra trees",
        "splits": 1,
    }
    svm_smote = {"name": "svm_smote", "class": "imblearn.over_sampling.SVMSMOTE", "label": "SVM-SMOTE"}
    checkout.preset(
        "extended",
        {
            "tasks": {"sepsis": None},
            "experiment": {
                "classifiers": ["logistic", "naive_bayes", trees],
                "generators": ["smote", "independent", svm_smote],
                "controls": ["none", "class_weight", "root_weight"],
            },
        },
    )
    done = checkout.succeed(presets=("tiny", "extended"), warm=True)
    assert re.search(r"^ +trees +\d+ +\d+ s$", done.stdout, re.MULTILINE)  # the plan
    results = checkout.folder / "results"
    sweep = pd.read_parquet(results / "benchmark" / "mortality" / "sweep.parquet")
    assert set(sweep["classifier"]) == {"logistic", "naive_bayes", "trees"}
    assert set(sweep["generator"]) == {"smote", "independent", "svm_smote"}
    of_trees = sweep[sweep["classifier"] == "trees"]
    assert set(of_trees["split"]) == {0}
    assert of_trees["excess_risk"].isna().all()
    assert of_trees["balanced_risk"].notna().all()
    paired = pd.read_csv(results / "tables" / "paired.csv")
    metrics = paired.groupby("classifier")["metric"].unique().map(set).to_dict()
    assert metrics["logistic"] == {"excess_risk", "balanced_accuracy"}
    assert metrics["naive_bayes"] == {"balanced_risk", "balanced_accuracy"}
    compared = pd.read_csv(results / "tables" / "learner_differences.csv")
    assert set(compared["classifier"]) == {"naive_bayes", "trees"}
    assert set(compared["reference"]) == {"logistic"}
    assert (
        compared.loc[compared["classifier"] == "trees", "n_splits"] == 1
    ).all()  # both were run on one only
    page = (results / "report.html").read_text(encoding="utf-8")
    assert "On raw data: simply better than any oversampled linear model?" in page
    for label in ("Naive Bayes", "Extra trees", "Independent features", "SVM-SMOTE", "Root weights"):
        assert label in page, label


def test_editing_one_generator_makes_its_own_fits_due_and_no_scan(finished):
    path = finished.folder / "src" / "synthsize" / "balance" / "generators" / "jitter.py"
    before = path.read_text(encoding="utf-8")
    path.write_text(before + "\n# a remark\n", encoding="utf-8")
    try:
        plan = finished.succeed("--dry-run")
    finally:
        path.write_text(before, encoding="utf-8")
    due = re.findall(
        r"^rule run_block:.*?wildcards: ([^\n]+)", plan.stdout + plan.stderr, re.MULTILINE | re.DOTALL
    )
    assert due
    assert all("generator=jitter" in wildcards for wildcards in due)
    rules = set(re.findall(r"^(?:local)?rule (\w+):", plan.stdout + plan.stderr, flags=re.MULTILINE))
    assert not {"extract_measurements", "extract_admissions", "build_task", "run_controls"} & rules


def test_a_variable_is_an_entry_and_its_rows(new_checkout):
    section = DOCUMENT.read_text(encoding="utf-8").split("## A variable")[1]
    (entry,) = re.findall(r"```toml\n(.*?)```", section, flags=re.DOTALL)
    (rows,) = re.findall(r"```csv\n(.*?)```", section, flags=re.DOTALL)
    checkout = new_checkout()
    package = checkout.folder / "src" / "synthsize"
    with (package / "catalogue" / "variables.toml").open("a", encoding="utf-8") as table:
        table.write(f"\n{entry}")
    concepts = package / "extract" / "sources" / "mimic3" / "concepts" / "corrected.csv"
    header, row = rows.strip().splitlines()
    assert concepts.read_text(encoding="utf-8").splitlines()[0] == header
    concepts.write_text(f"{concepts.read_text(encoding='utf-8').rstrip()}\n{row}\n", encoding="utf-8")
    checkout.succeed("results/tasks/features.parquet")
    assert "glucose_mean" in pd.read_parquet(checkout.folder / "results/tasks/features.parquet").columns
    checkout.preset("published", {"source": {"concepts": "paper"}})  # which has no such row
    checkout.succeed("results/tasks/features.parquet", presets=("tiny", "published"))
    features = pd.read_parquet(checkout.folder / "results/tasks/features.parquet")
    assert "glucose_mean" not in features.columns
