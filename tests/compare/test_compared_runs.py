"""Finished runs side by side: what is read of them, what they are refused for, and what the rows say."""

import json

import pytest
from matplotlib.image import imsave

from synthsize.compare import rows
from synthsize.compare.manifests import labelled_runs, read_manifests
from synthsize.compare.page import write_page
from synthsize.compare.settings import differing_settings
from synthsize.compare.tables import read_tables
from synthsize.compare.words import shown_cohorts
from synthsize.errors import InputError
from synthsize.pipeline.compared import compared_classifiers, compared_names, without_data


def read(*folders):
    runs = read_manifests(labelled_runs([str(folder) for folder in folders]))
    return runs, {run.label: read_tables(run) for run in runs}


def refusal(call, *given):
    with pytest.raises(InputError) as caught:
        call(*given)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def gain(found, run, reference, **cell):
    wanted = {"run": run, "task": "mortality", "reference": reference, **cell}
    (row,) = found[(found[list(wanted)] == list(wanted.values())).all(axis=1)].to_dict("records")
    return row


def test_gains_are_turned_so_that_above_zero_the_recipe_is_better(finished_run):
    _, tables = read(finished_run("a"), finished_run("b", recipe="smote"))
    found = rows.gain_rows(tables)
    # Prior shift minus raw data is -0.3 (-0.4 to -0.1).
    over_raw = gain(found, "a", "none")
    assert (over_raw["gain"], over_raw["low"], over_raw["high"]) == pytest.approx((0.3, 0.1, 0.4))
    # Class weights minus prior shift is 0.01 (-0.09 to 0.21), and prior shift is the recipe.
    over_weights = gain(found, "a", "class_weight")
    assert (over_weights["gain"], over_weights["low"], over_weights["high"]) == pytest.approx(
        (0.01, -0.09, 0.21)
    )
    assert gain(found, "a", "prior_shift")["note"] == rows.ITSELF
    # m = 1 minus prior shift is 0.03; a generator's own size minus its m = 1 is -0.01, by balanced loss.
    assert gain(found, "a", "m=1")["gain"] == pytest.approx(0.03)
    assert gain(found, "b", "m=1")["gain"] == pytest.approx(0.01)
    assert gain(found, "b", "class_weight")["gain"] == pytest.approx(-0.01)


def test_chosen_sizes_are_quartiles_over_the_splits(finished_run):
    _, tables = read(finished_run("a", counts=(1, 6, 3)), finished_run("b", counts=(0, 0, 0)))
    found = rows.size_rows(tables).set_index(["run", "task"])
    of_a = found.loc[("a", "mortality")]
    assert (of_a["median"], of_a["quartile_1"], of_a["quartile_3"]) == (1.0, 1.0, 1.75)
    assert of_a["edge_share"] == pytest.approx(0.3)  # m = 0 is no edge
    assert found.loc[("b", "mortality"), ["median", "edge_share"]].isna().all()


def test_settings_variables_and_tasks_that_differ_are_named(finished_run):
    other = {
        "experiment.splits": 100,
        "experiment.generators": {
            "smote": {"class": None, "params": {"k_neighbors": 5}, "label": None},
            "jitter": {"class": None, "params": {"scale": 1.0}, "label": None},
        },
        "source.name": "challenge2012",
        "tasks": {"mortality": {"label": "Death", "outcome": "died_in_hospital"}},
    }
    without_inr = {"missingness": read(finished_run("x"), finished_run("y"))[1]["x"]["missingness"].iloc[1:]}
    runs, tables = read(finished_run("a"), finished_run("b", config=other, edited=without_inr))
    found = differing_settings(runs, tables, {"a": "hospital admission", "b": "ICU admission"})
    said = {
        row["key"]: (row["setting"], row["value"]) for row in found.to_dict("records") if row["run"] == "b"
    }
    assert said == {
        "experiment.splits": ("Splits", "100"),
        "experiment.generators": ("Generators", "smote, jitter"),
        "experiment.generators.smote.params.k_neighbors": (
            "experiment.generators.smote.params.k_neighbors",
            "5",
        ),
        "clock": ("Window counts from", "ICU admission"),
        "variables": ("Variables", "without INR"),
    }
    told = rows.task_rows(runs).set_index(["task", "run"])
    assert told.loc[("sepsis", "b"), "note"] == "not a task of this run"
    assert told.loc[("sepsis", "a"), "note"] == "in no other run"
    assert compared_names(runs).task("mortality") == "In-hospital mortality"
    assert compared_classifiers(runs) == ["logistic"]


def test_what_is_left_out_of_an_extract_means_nothing_where_tasks_have_tables(finished_run):
    a, b = (
        finished_run(name, config={"features.without": left_out})
        for name, left_out in (("a", []), ("b", ["inr"]))
    )
    runs, tables = read(a, b)
    found = differing_settings(runs, tables, {})[["setting", "run", "value"]]
    assert found.to_numpy().tolist() == [
        ["Variables left out", "a", "none"],
        ["Variables left out", "b", "inr"],
    ]
    for run in runs:
        run.config["tasks"] = {"mortality": {"label": "died", "table": "own.csv"}}
        assert run.has_own_tables
    assert differing_settings(runs, tables, {}).empty


def test_cells_of_a_strategy_keep_their_names(finished_run):
    smote = {"class": None, "params": {"k_neighbors": 10}, "label": None}
    given = {
        "smote_mixed": smote | {"strategy": {"name": "mixed", "params": {}, "of": "smote"}},
        "smote_later": smote | {"strategy": {"name": "later", "params": {}, "of": "smote"}},
        "unheard_of_mixed": smote | {"strategy": {"name": "mixed", "params": {}, "of": "unheard_of"}},
    }
    runs, _ = read(finished_run("a"), finished_run("b", config={"experiment.generators": given}))
    names = compared_names(runs)
    assert list(names.generators) == ["smote", "smote_mixed"]
    assert names.generator("smote_mixed") == "SMOTE, mixed"
    assert (names.raw_at_zero("smote"), names.raw_at_zero("smote_mixed")) == (True, False)


def test_a_task_of_another_definition_is_named(finished_run):
    codes = {"tasks.sepsis": {"label": "Sepsis", "icd10": ["A41"]}}
    runs, tables = read(finished_run("a"), finished_run("b", config=codes))
    found = differing_settings(runs, tables, {})
    assert dict(zip(found["run"], found["value"], strict=True)) == {"a": "icd9 99592", "b": "icd10 A41"}


def test_failed_parts_are_named_and_the_rest_is_compared(finished_run):
    failed = {"reporting.left_out": {"sepsis": "too few positives", "mortality/logistic/smote": "killed"}}
    runs, _ = read(finished_run("a"), finished_run("b", config=failed))
    told = rows.task_rows(runs).set_index(["task", "run"])["note"]
    assert told[("sepsis", "b")] == "sepsis failed (too few positives)"
    assert told[("mortality", "b")] == "mortality/logistic/smote failed (killed)"
    assert not rows.task_rows(runs).set_index(["task", "run"])["shared"][("sepsis", "a")]


def test_small_classes_are_hidden(finished_run):
    few = read(finished_run("x"), finished_run("y"))[1]["x"]["table1"].assign(positives=7)
    runs, tables = read(finished_run("a"), finished_run("b", edited={"table1": few}))
    found = shown_cohorts(rows.cohort_rows(runs, tables), 10).set_index(["run", "task"])["positives"]
    assert found[("a", "mortality")] == 100
    assert found[("b", "mortality")].text == "<10"


def test_the_results_folder_alone_will_do(finished_run):
    copied = finished_run("there").joinpath("results")
    runs, _ = read(finished_run("here"), copied)
    assert [run.label for run in runs] == ["here", "there"]


@pytest.mark.parametrize(
    ("given", "labels"),
    [
        (["runs/mimic3", "runs/eicu"], ["mimic3", "eicu"]),
        (["x/run", "y/run/results", "other"], ["x/run", "y/run", "other"]),
        (["x/a/run", "y/a/run", "y/b/Run"], ["x/a/run", "y/a/run", "b/Run"]),
    ],
)
def test_runs_of_one_name_are_told_apart_by_the_folders_above(given, labels):
    assert labelled_runs(given) == dict(zip(labels, given, strict=True))


def test_the_page_tells_each_thing_once(finished_run, tmp_path):
    """A setting that differs, why a task is not compared, and where each run lies."""
    mortality = {"mortality": {"label": "In-hospital mortality", "outcome": "died_in_hospital"}}
    other = {"experiment.splits": 100, "tasks": mortality}
    runs, found = read(finished_run("x/run"), finished_run("y/run", config=other))
    made = {
        "cohorts": rows.cohort_rows(runs, found),
        "recommended": rows.recommended_rows(found),
        "gains": rows.gain_rows(found),
        "sizes": rows.size_rows(found),
        "learning_curves": rows.learning_rows(found),
        "differing_settings": differing_settings(runs, found, {}),
        "tasks": rows.task_rows(runs),
    }
    told = {}
    for name, frame in made.items():
        rows.CONTRACTS[name].write(frame, tmp_path / f"{name}.csv")
        told[name] = rows.CONTRACTS[name].read(tmp_path / f"{name}.csv")
    drawn = tmp_path / "drawn.png"
    imsave(drawn, [[0.0, 1.0]])
    write_page(
        tmp_path / "page.html",
        told,
        runs,
        names=compared_names(runs),
        figures={"side_by_side_logistic": drawn},
        below=10,
    )
    page = (tmp_path / "page.html").read_text()
    assert "x/run: 10 / y/run: 100" not in page  # of splits, which stand in the table of settings
    assert "One setting of the runs differs (What differs): a difference below may" in page
    assert ": Sepsis (x/run: in no other run, y/run: not a task of this run)." in page
    assert f"{tmp_path}/x/run/results" in page


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["a"], "runs names 1 run; a comparison takes two or more"),
        ({"A": "a"}, "runs names 1 run"),
        ({"A": "x", "a": "y"}, "two runs of the label 'a'; give each its own"),
        (["x/a", "x/b", "x/a/results/.."], "names the folder 'x/a/results/..' twice"),
        ({"A": "a", "B": "./a"}, "names the folder './a' twice"),
        ({" ": "a", "B": "b"}, "runs gives 'a' no label"),
    ],
)
def test_runs_that_cannot_be_distinguished_are_rejected(given, said):
    assert said in refusal(labelled_runs, given)


def test_what_is_no_finished_run_is_rejected(finished_run, tmp_path):
    here = finished_run("here")
    (tmp_path / "empty").mkdir()
    said = refusal(read, here, tmp_path / "empty")
    assert "empty holds no finished run (no results/manifest.json); name the output.root" in said
    elsewhere = finished_run("there", config={"tasks": {"delirium": {"label": "Delirium", "icd9": ["293"]}}})
    assert "no task is in two of the runs (here has mortality, sepsis; there has delirium)" in refusal(
        read, here, elsewhere
    )
    manifest = elsewhere / "results/manifest.json"
    content = json.loads(manifest.read_text())
    del content["config"]["reporting"]
    manifest.write_text(json.dumps(content))
    assert "lacks config.reporting: it is of another version" in refusal(read, here, elsewhere)
    manifest.write_text("{")
    assert "is no manifest of a run" in refusal(read, here, elsewhere)


def test_tables_of_another_version_or_another_state_are_rejected(finished_run):
    good = finished_run("good")
    older = read(finished_run("x"), finished_run("y"))[1]["x"]["answers"].drop(columns="certainty")
    said = refusal(read, good, finished_run("old", edited={"answers": older}))
    assert "answers.csv lacks the columns certainty: it is of another version (synthsize 0.1.0)" in said
    changed = finished_run("changed")
    table = changed / "results/tables/verdicts.csv"
    table.write_text(table.read_text() + "\n")
    assert "verdicts.csv is not the table that the run's manifest lists" in refusal(read, good, changed)
    table.unlink()
    assert "verdicts.csv is not there, though the run's manifest lists it" in refusal(read, good, changed)
    manifest = changed / "results/manifest.json"
    content = json.loads(manifest.read_text())
    content["outputs"] = [entry for entry in content["outputs"] if "verdicts" not in entry["path"]]
    manifest.write_text(json.dumps(content))
    assert "has no tables/verdicts.csv: it is of another version" in refusal(read, good, changed)


def test_a_comparison_needs_no_data_of_its_own(finished_run):
    given = {"source": {"name": "eicu", "path": "/gone"}, "tasks": {"t": {"table": "/gone.csv"}}}
    config = without_data({**given, "runs": [str(finished_run("a")), str(finished_run("b"))]})
    assert list(config["runs"]) == ["a", "b"]
    assert config["source"]["path"] is None
    assert without_data({**given, "runs": []}) == {**given, "runs": {}}
