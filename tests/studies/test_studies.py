"""Every study: its entry, its seeds, its figure, and what odd settings get."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from synthsize.errors import InputError
from synthsize.studies.engine.blocks import check_explained, load_study, run_block
from synthsize.studies.engine.entry import read_entries, read_entry, settings_of
from synthsize.studies.engine.page import Result, verdicts, write_page
from synthsize.studies.engine.plotting import draw_study
from synthsize.studies.engine.references import compare
from synthsize.studies.engine.selection import not_installed, study_blocks, study_settings
from synthsize.studies.engine.summary import cell, read_summary

STUDIES = list(read_entries())
# One replicate, grids of one value, and few of everything.
SINGLE = {
    "biased_aligned": {"n1": [12]},
    "consistent_aligned": {"n1": [10], "grid_points": 1, "wide_stop": 0.5},
    "mean_shift": {"points": 1, "noise": ["uniform"]},
    "chosen_size": {"points": 1, "noise": ["uniform"], "generator": ["oracle"]},
    "sigmoid_bernoulli": {"points": 1, "n": 400},
    "linear_smote": {"stop": 0.0, "n1": 20, "test": 200},
    "nonlinear_jitter": {"stop": 0.0, "n1": 20, "test": 200, "components": 10},
    "symmetry_test": {"n1": [50], "imbalance": [5.0], "shift": [0.0]},
    "non_synthetic": {"multipliers": [0.0], "iterations": 2, "test": 100, "folds": 2},
    "replica": {"isotropic": [[60.0, 60.0, 1.0, 1.0]], "spread": [[60.0, 60.0, 1.0, 1.0]]},
    "mixing": {"fixed": [[0.5, 4.0, 4.0, 1.0]], "mixes": [30.0], "simulated": [30.0]},
    "likelihood_sampling": {"epochs": 1, "gibbs_sweeps": 1},
    "weighted_augmentation": {"N": [400]},
    "craft": {"ratio": [2], "rows": 1500, "generator": ["raw", "smote", "copula_seed"]},
    "groups": {"N": [0], "majority": 50, "minority": 10},
    "gda_gap": {"gamma": [0], "rows_gamma": [0], "rows_m": [20], "dimensions": [2]},
}


def test_every_study_is_tried():
    assert set(SINGLE) == set(STUDIES)


@pytest.mark.parametrize("study", STUDIES)
def test_the_entry_is_whole(study):
    entry = read_entry(study)
    assert entry.title
    assert entry.statement.endswith(".")
    assert "arXiv" in entry.paper
    assert set(entry.quick_settings) <= set(entry.paper_settings)
    assert {"replicates", "replicates_per_job"} <= set(entry.paper_settings)
    module = load_study(study)
    for name in ("replicate", "theory", "references", "draw", "verdict"):
        assert callable(getattr(module, name))


def test_the_places_on_the_page_are_distinct():
    orders = [entry.order for entry in read_entries().values()]
    assert orders == sorted(set(orders))


@pytest.mark.parametrize("study", STUDIES)
def test_one_replicate_and_single_values_give_a_figure_that_says_so(run, study, tmp_path):
    table, settings = run(study, "quick", replicates=1, **SINGLE[study])
    simulated = table[table["n"] > 0]
    assert (simulated["n"] == 1).all()
    assert simulated["se"].isna().all()
    assert np.isfinite(simulated["mean"]).all()
    assert isinstance(draw_study(study, table, settings), Figure)
    verdict = load_study(study).verdict(table, settings)
    assert verdict.sentence
    assert "nan" not in verdict.sentence.lower()
    path = tmp_path / "table.csv"
    table.to_csv(path, index=False)
    again = read_summary(study, path)
    assert again["metric"].tolist() == table["metric"].tolist()
    assert load_study(study).verdict(again, settings) == verdict


@pytest.mark.parametrize("study", ["biased_aligned", "gda_gap", "replica"])
def test_blocks_do_not_depend_on_how_they_are_cut(study):
    settings = settings_of(read_entry(study), "quick", SINGLE[study])
    whole = run_block(study, [0, 1, 2], settings, seed=1)
    alone = run_block(study, [2], settings, seed=1)
    last = whole[whole["replicate"] == 2].reset_index(drop=True)
    assert last.equals(alone)
    other = run_block(study, [2], settings, seed=2)
    assert not other.equals(alone)


def test_the_name_of_a_block_stays_with_more_replicates():
    few = study_blocks({"replicates": 5, "replicates_per_job": 2})
    more = study_blocks({"replicates": 8, "replicates_per_job": 2})
    assert few == {"00000": [0, 1], "00002": [2, 3], "00004": [4]}
    assert list(more)[:3] == list(few)


class TestOutsideTheTheory:
    def test_no_bias_cancelling_size(self, run):
        table, settings = run("biased_aligned", "quick", replicates=2, synthetic_mean=0.3, n1=[12])
        notes = table.loc[table["size"] == "cancelling", "note"]
        assert notes.str.contains("no bias-cancelling size").all()
        assert load_study("biased_aligned").verdict(table, settings).kind == "limits"

    def test_too_few_minority_rows_for_the_folds(self, run):
        table, _ = run("consistent_aligned", "quick", replicates=1, n1=[3])
        assert table["note"].str.contains("too few minority rows").all()

    def test_too_many_digits_wanted(self, run):
        table, _ = run("likelihood_sampling", "quick", replicates=1, minority=500)
        assert table.loc[table["n"] == 0, "note"].str.contains("to test on").any()

    def test_no_variance_from_two_rows(self, run):
        table, settings = run("gda_gap", "quick", replicates=1, few_rows=2, **SINGLE["gda_gap"])
        assert table["note"].str.contains("variance").any()
        draw_study("gda_gap", table, settings)

    def test_no_covariance_from_few_rows(self, run):
        table, settings = run("symmetry_test", "quick", replicates=1, n1=[4], imbalance=[5.0], shift=[0.0])
        assert table["note"].str.contains("covariance").any()
        draw_study("symmetry_test", table, settings)

    def test_an_svm_outside_the_theory_has_no_prediction_and_says_so(self, run):
        points = [[60.0, 60.0, 1.0, 0.05]]
        table, settings = run("replica", "quick", replicates=2, isotropic=points, spread=points)
        assert table["theory"].isna().all()
        assert table["note"].str.contains("no prediction").all()
        assert load_study("replica").verdict(table, settings).kind == "undecided"

    def test_a_missing_number_needs_a_note(self, run):
        rows = run("biased_aligned", "quick", replicates=1, n1=[12])[0].assign(excess=np.nan)
        with pytest.raises(ValueError, match="no note"):
            check_explained(rows.assign(note=""), ["excess"])


TRANSFORMERS = {
    "ratio": [4],
    "replicates": 1,
    "classifier": ["logistic"],
    "generator": ["raw", "transformer", "transformer_all"],
    "epochs": 1,
}


class TestGeneratorsOfAnExtra:
    def test_the_transformer_learns_from_the_rows_of_its_line(self, run):
        pytest.importorskip("jax")
        table, _ = run("craft", "quick", **TRANSFORMERS)
        found = table[(table["metric"] == "balanced_ce") & (table["n"] > 0)].set_index("generator")
        assert list(found.index) == TRANSFORMERS["generator"]
        assert found["mean"].nunique() == 3
        assert found["learns_from"].tolist() == ["raw rows", "raw rows", "all training rows"]

    def test_where_one_is_not_installed_its_cells_say_how_to_install_it(self, monkeypatch):
        monkeypatch.setattr("synthsize.catalogue.extras.find_spec", lambda _: None)
        monkeypatch.setattr("synthsize.studies.engine.selection.find_spec", lambda _: None)
        rows = run_block("craft", [0], settings_of(read_entry("craft"), "quick", TRANSFORMERS), 1)
        notes = rows.set_index("generator")["note"]
        assert notes["raw"] == ""
        assert "pip install 'synthsize[generators]'" in notes["transformer"]
        assert not_installed("craft") == ["jax", "optax"]
        assert not_installed("groups") == []

    def test_a_quick_run_needs_none(self):
        entry = read_entry("craft")
        assert set(entry.needs) <= set(entry.paper_settings["generator"])
        assert not set(entry.needs) & set(entry.quick_settings["generator"])


class TestSettings:
    def config(self, **section):
        return {"studies": {"size": "quick", "names": [], "settings": {}, **section}}

    def test_all_studies_by_default(self):
        assert list(study_settings(self.config())) == STUDIES

    def test_some_studies_in_the_order_of_the_page(self):
        assert list(study_settings(self.config(names=["replica", "biased_aligned"]))) == [
            "biased_aligned",
            "replica",
        ]

    @pytest.mark.parametrize(
        ("section", "words"),
        [
            ({"names": ["biased"]}, "did you mean 'biased_aligned'"),
            ({"settings": {"mean_shft": {}}}, "did you mean 'mean_shift'"),
            (
                {"settings": {"mean_shift": {"detla": 2.0}}},
                "studies.settings.mean_shift.detla; did you mean 'delta'",
            ),
            ({"settings": {"mean_shift": {"delta": "two"}}}, "give a number"),
            ({"settings": {"mean_shift": {"noise": []}}}, "is empty"),
            ({"settings": {"mean_shift": {"replicates": 0}}}, "at least 1"),
        ],
    )
    def test_mistakes_are_named(self, section, words):
        with pytest.raises(InputError, match=words):
            study_settings(self.config(**section))


def test_the_page_shows_every_study_with_its_verdict(run, tmp_path):
    from synthsize.report.figures.save import save_figure

    results = []
    for study in ("biased_aligned", "weighted_augmentation"):
        table, settings = run(study, "quick", replicates=4)
        figure = tmp_path / f"{study}.png"
        save_figure(draw_study(study, table, settings), [figure])
        results.append(Result(study, table, compare(study, table, settings), figure, settings))
    write_page(tmp_path / "studies.html", results, "quick")
    page = (tmp_path / "studies.html").read_text(encoding="utf-8")
    for result, (_, judged) in zip(results, verdicts(results).iterrows(), strict=True):
        assert read_entry(result.study).title in page
        assert judged["verdict"] in {"supports", "limits", "contradicts", "undecided"}
    assert "http" not in page.replace("http://www.w3.org", "")
    assert 'src="data:image/png' in page


def test_balance_has_a_floor_and_the_cancelling_size_has_none(run):
    table, _ = run("biased_aligned", replicates=60, n1=[6, 50, 400])
    balance, cancelling = (cell(table, "excess", n1=400, size=size) for size in ("balance", "cancelling"))
    assert balance["mean"] > 0.014
    assert cancelling["mean"] < 0.0002
