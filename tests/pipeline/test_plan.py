"""What is said before a run of what it will fit."""

from types import SimpleNamespace

from synthsize.pipeline.plan import describe_plan, planned_fits, planned_work


def job(name, splits, classifier="logistic", controls=None, positives=None, validated=(), **settings):
    params = SimpleNamespace(
        splits=list(range(splits)),
        settings=settings,
        controls=controls,
        positives=positives,
        validated=validated,
    )
    return SimpleNamespace(name=name, wildcards_dict={"classifier": classifier}, params=params)


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
    assert planned_fits(jobs) == {
        "logistic": 5 * 3 * 11 + 5 * (2 + 2) + tuned + validated,
        "trees": 5 * 2 * 4,
    }
    assert planned_work(jobs, 3200) == planned_fits(jobs)


def test_fits_to_parts_of_the_rows_count_whole_and_take_their_share_of_the_time():
    sizes = {"multipliers": (0.0, 1.0), "folds": 5, "repeats": 2}
    jobs = [
        job("run_curve_block", 2, positives=[25, 100, 400], **sizes),
        job("run_curve_controls", 2, positives=[25, 100], controls=["prior_shift", "weights_vtss"], **sizes),
        job("run_decisions", 4, **sizes),
    ]
    # A training set of 2,000 rows is taken to hold 200 positives, so that nobody fits 400.
    block, controls, decisions = 2 * 2 * 11, 2 * (2 + 2 * 10), 4 * 3 * 6
    assert planned_fits(jobs) == {"logistic": 3 * block + 2 * controls + decisions}
    assert planned_work(jobs, 2000) == {"logistic": 0.625 * (block + controls) + decisions}


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
    assert planned_fits(jobs) == {"logistic": 5 * 3 * 11 + (2 + 2) + 7 * 3 + 2 * 4 + 4 * 3 * 5}


def test_the_plan_names_fits_rows_and_time():
    said = describe_plan(
        {"logistic": 1000, "trees": 40},
        {"logistic": 0.001, "trees": 2.0}.get,
        cores=2,
        rows=3200,
        rows_are="simulated",
    )
    assert said.startswith("synthsize: 1,040 fits on training sets of about 3,200 rows (simulated)")
    assert "1,000 of logistic (1 s), 40 of trees (80 s) on one core; about 40 s on 2" in said
