"""What is said before a run of what it will fit."""

from types import SimpleNamespace

import pytest

from synthsize.benchmark.probe import Cost
from synthsize.pipeline.external import COMMAND
from synthsize.pipeline.plan import Planned, costs_of_draws, describe_plan, planned


def job(name, splits, classifier="logistic", controls=None, positives=None, validated=(), **settings):
    params = SimpleNamespace(
        splits=list(range(splits)),
        settings=settings,
        controls=controls,
        positives=positives,
        validated=validated,
    )
    wildcards = {"classifier": classifier, "generator": "smote"}
    return SimpleNamespace(name=name, wildcards_dict=wildcards, params=params)


def counted(jobs, rows=1000):
    """Fits of each classifier, whatever their rows."""
    return {name: sum(by_rows.values()) for name, by_rows in planned(jobs, rows).fits.items()}


def test_every_fit_of_blocks_and_controls_is_counted():
    grid = {"multipliers": (0.0, 0.5, 1.0)}
    jobs = [
        job("run_block", 5, **grid, folds=5, repeats=2),
        job("run_block", 5, "trees", multipliers=(0.0, 1.0), folds=3, repeats=1),
        job(
            "run_controls",
            5,
            controls=["none", "weights"],
            **(controls := {**grid, "folds": 5, "repeats": 2}),
        ),
        job("run_controls", 1, controls=["weights_vtss"], **controls),
        job("run_controls", 1, controls=[], validated=["none", "weights"], **controls),
        job("write_report", 0),
    ]
    # 3 sizes on the training set and on each of 10 folds; 2 controls, one of them on 2 sizes more.
    # Weights of a chosen size: every size on each fold of each repeat; what else is validated likewise.
    tuned, validated = 1 + 3 * 10, (1 + 3) * 10
    assert counted(jobs) == {
        "logistic": 5 * 3 * 11 + 5 * (2 + 2) + tuned + validated,
        "trees": 5 * 2 * 4,
    }


def test_fits_are_told_apart_by_their_rows_and_draws_by_those_they_are_drawn_from():
    settings = {"multipliers": (0.0, 1.0), "folds": 5, "repeats": 2}
    found = planned(
        [
            job("run_block", 3, **settings),
            job("run_controls", 1, controls=["none", "random_undersample", "random_oversample"], **settings),
        ],
        1000,
    )
    # One row in ten is taken to be positive: m = 1 adds 800, and a majority of the minority's number leaves 200.
    assert found.fits == {"logistic": {1000: 3 + 2, 1800: 3 + 1, 800: 30, 1440: 30, 200: 1}}
    assert found.draws == {"smote": {1000: 3, 800: 30}}
    assert found.largest == {"logistic": (1000, 1800)}


def test_parts_of_the_rows_have_fits_of_their_own_size():
    sizes = {"multipliers": (0.0, 1.0), "folds": 5, "repeats": 2}
    jobs = [
        job("run_curve_block", 2, positives=[25, 100, 400], **sizes),
        job("run_curve_controls", 2, positives=[25, 100], controls=["prior_shift", "weights_vtss"], **sizes),
        job("run_decisions", 4, **sizes),
    ]
    # A training set of 2,000 rows is taken to hold 200 positives, so that nobody fits 400.
    block, controls, decisions = 2 * 2 * 11, 2 * (2 + 2 * 10), 4 * 3 * 6
    found = planned(jobs, 2000)
    assert counted(jobs, 2000) == {"logistic": 2 * block + 2 * controls + decisions}
    assert found.fits["logistic"][250] == 2 * (1 + 2)
    assert found.draws == {"smote": {250: 2, 200: 20, 1000: 2, 800: 20}}


def test_the_analyses_beside_the_benchmark_are_counted_too():
    settings = {"multipliers": (0.0, 0.5, 1.0), "folds": 5, "repeats": 2}
    imputed = job("run_imputations", 4, **settings)
    imputed.params.imputations = 5
    grouped, chosen = (job("run_subgroups", number, **settings) for number in (7, 2))
    grouped.params.generators, chosen.params.generators = {}, {"smote": {}}
    jobs = [
        job("run_transport_block", 5, **settings),
        job("run_transport_controls", 1, controls=["none", "weights"], **settings),
        grouped,
        chosen,
        imputed,
        job("hold_out_strata", 0),
        job("compare_transport", 0),
    ]
    # Of the two controls weights alone go along the grid, and nothing is tuned out of fold.
    assert counted(jobs) == {"logistic": 5 * 3 * 11 + (2 + 2) + 7 * 3 + 2 * 4 + 4 * 3 * 5}


def linear(seconds, megabytes=0.0):
    return Cost(lambda rows: seconds * rows, lambda rows: megabytes * rows, 10)


FOUND = Planned(
    {"logistic": {1000: 900, 2000: 50}, "trees": {1000: 40}, "odd": {1000: 7}},
    {"smote": {1000: 30}, "slow": {1000: 2}},
    {"logistic": (1000, 2000), "trees": (1000, 2000)},
)


def test_the_plan_names_fits_rows_time_and_memory():
    costs = {"logistic": linear(1e-6), "trees": linear(2e-3, megabytes=0.5), "odd": None}
    draws = {"smote": linear(1e-5), "slow": linear(3.6)}
    said = describe_plan(FOUND, costs.get, draws.get, cores=2, rows=3200, rows_are="simulated")
    assert said.startswith("synthsize: 997 fits on training sets of about 3,200 rows (simulated): ")
    assert "950 of logistic (1 s), 40 of trees (80 s), 7 of odd (time unknown) on one core" in said
    assert "synthetic rows: smote 0 s, slow 2.0 h; about 61 min on 2" in said
    # 300 MB of imports, two paths of models, and three copies of 2,000 rows of ten numbers.
    assert "memory of a job up to about 3.3 GB (trees), 6.6 GB if 2 run at once" in said


def test_a_cell_with_a_strategy_costs_what_its_generator_does():
    smote = {"class": None, "params": {"k_neighbors": 10}}
    mixed = smote | {"strategy": {"name": "mixed", "params": {}, "of": "smote"}}
    gan = {"class": COMMAND, "params": {}}
    measured = []

    def measure(name, entry):
        measured.append((name, entry["params"]))
        return linear(2.0)

    cost = costs_of_draws({"smote": smote, "smote_mixed": mixed, "gan": gan}, measure)
    assert cost("smote_mixed") is cost("smote") is not None
    assert measured == [("smote", smote["params"])]
    assert cost("gan") is None
    found = Planned({"logistic": {10: 4}}, {"smote_mixed": {10: 4}, "gan": {10: 1}}, {"logistic": (10, 20)})
    said = describe_plan(found, lambda _: linear(1.0), cost, cores=1, rows=10, rows_are="simulated")
    assert "synthetic rows: smote_mixed 80 s, gan time unknown" in said
    assert "on 1, not counting the synthetic rows of gan" in said


@pytest.mark.parametrize("cores", [None, 1])
def test_the_plan_of_one_core_or_a_cluster_adds_nothing_up(cores):
    costs = {"logistic": linear(1e-6), "trees": linear(2e-3), "odd": linear(1.0)}
    said = describe_plan(FOUND, costs.get, costs.get, cores=cores, rows=10, rows_are="x")
    assert "at once" not in said
    assert ("on 1" in said) == (cores == 1)
