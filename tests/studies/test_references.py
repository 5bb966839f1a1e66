"""Published values, at reduced repetitions: within three Monte Carlo errors."""

import pytest

from synthsize.studies.engine.references import OUTSIDE, compare

# Study -> settings of a run of a second or two.
REDUCED = {
    "biased_aligned": {"replicates": 60, "n1": [6, 50, 400]},
    "consistent_aligned": {"replicates": 20, "n1": [10, 100, 300]},
    "mean_shift": {"replicates": 12, "noise": ["uniform"]},
    "sigmoid_bernoulli": {"replicates": 4},
    "linear_smote": {"replicates": 2},
    "symmetry_test": {"replicates": 150, "n1": [250], "imbalance": [5.0], "shift": [0.0]},
    "replica": {"replicates": 8},
    "mixing": {"replicates": 2, "simulated": [0.0]},
    "weighted_augmentation": {"replicates": 400},
    "gda_gap": {"replicates": 100},
}


@pytest.mark.parametrize("study", REDUCED)
def test_published_values(run, study):
    table, settings = run(study, **REDUCED[study])
    found = compare(study, table, settings)
    assert len(found) > 0
    assert found["reference"].notna().all()
    outside = found[found["verdict"] == OUTSIDE]
    assert outside.empty, outside[["cell", "metric", "reference", "ours", "allowed"]].to_string()


def test_a_wrong_value_is_found_out(run, monkeypatch):
    from synthsize.studies import biased_aligned

    table, settings = run("biased_aligned", **REDUCED["biased_aligned"])
    references = biased_aligned.references(settings)
    wrong = type(references[0])({"n1": 50, "size": "balance"}, "excess", 0.03, "made up", 100)
    monkeypatch.setattr(biased_aligned, "references", lambda _: [wrong])
    assert compare("biased_aligned", table, settings)["verdict"].tolist() == [OUTSIDE]


def test_other_settings_have_no_published_values(run):
    table, settings = run("biased_aligned", replicates=2, n1=[50], synthetic_mean=0.7)
    assert compare("biased_aligned", table, settings).empty


def test_the_edge_of_the_papers_grid(run):
    table, _ = run("consistent_aligned", **REDUCED["consistent_aligned"])
    chosen = table[(table["metric"] == "multiplier") & (table["n1"] == 300)].set_index("size")["mean"]
    assert chosen["vtss_paper"] > 1.45
    assert chosen["vtss_wide"] > 2.0
