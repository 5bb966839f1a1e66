"""The headline is read from verdicts by the statistics themselves: each test says only what was shown of which pair."""

import numpy as np
import pandas as pd
import pytest
from recipe_pairs import BEATEN, SIMPLE, VTSS, pairs
from run_names import names_of

from synthsize.balance import GENERATORS
from synthsize.report.page.answers import read_answers
from synthsize.report.page.headline import headline
from synthsize.report.page.recommendation import Span, classed, size_in_words, sure
from synthsize.report.page.verdict_section import in_short_tables
from synthsize.report.tables.in_short import in_short_table
from synthsize.statistics.answers import answers
from synthsize.statistics.learner_comparison import compare_learners

READING = (
    "How to read this: an amount that matters is a difference of more than 0.01 nats in balanced risk, which is how "
    "wrong the predictions for new patients are on average (log-loss, in nats), those with and those without the "
    "outcome counting alike. Of the 1,000 patients half have the outcome; each model's own cut-off classes them [95% "
    "Nadeau-Bengio interval, which allows for new patients]. The smallest change that this run could have shown is "
    "0.014 nats (0.012 with any number of splits); beyond that, patients are the limit."
)
SHIFT = (
    " To shift the prior is to add one number to the log odds of the plain fit, the fit to the unchanged data, as if "
    "both classes were equally frequent."
)
WON = BEATEN | {("smote", name): "better" for name in SIMPLE}
REACH = {"rope": 0.01, "smallest_difference": 0.014, "smallest_any_splits": 0.012, "patients_factor": 2.44}


def judged(*cells, n_splits=100, **numbers):
    """Answers and verdicts; each cell is a task, a learner and what was shown; see `recipe_pairs`."""
    verdicts, sizes = [], []
    for task, learner, said in cells:
        keys = {"task": task, "classifier": learner}
        verdicts.append(pairs(said).assign(**keys, **{**REACH, "n_splits": n_splits, **numbers}))
        sizes.append(VTSS.assign(**keys))
    verdicts = pd.concat(verdicts, ignore_index=True)
    return answers(verdicts, pd.concat(sizes)), verdicts


def differences(gains, *, others_recipe="joint", splits=20):
    """Learners' differences to logistic regression, whose AUROC is 0.7 in every split, by gain and spread."""
    rng = np.random.default_rng(8)
    rows = []
    for learner, (gain, spread) in {"logistic": (0, 0), **gains}.items():
        for split in range(splits):
            found = {"task": "sepsis", "classifier": learner, "split": split, "n_train": 800, "n_test": 200}
            level = 0.7 + gain + spread * rng.normal()
            rows.append(
                found
                | {
                    "recipe": others_recipe,
                    "auroc": level,
                    "balanced_accuracy": level - 0.05,
                    "balanced_risk": 0.5,
                }
            )
    return compare_learners(pd.DataFrame(rows), dict.fromkeys(["logistic", *gains], "log_odds"))


@pytest.fixture
def say(names):
    def call(said, simulated=False, left_out=None, names=names, **options):
        lines = headline(*said, names=names, simulated=simulated, left_out=left_out or {}, **options)
        assert not any("nan" in line for line in lines)
        return lines

    return call


def test_each_task_has_its_line_and_the_next_says_how_to_read_them(say, names):
    lines = say(judged(*((task, "logistic", BEATEN) for task in reversed(names.tasks))))
    assert lines == [
        f"{label}. Adding synthetic rows does not help logistic regression by an amount that matters (more than 99% "
        "sure); instead, shift the prior of the plain fit. With Gaussian jitter, the strongest of 2 generators, "
        "against a shifted prior 4 more of 1,000 patients are classed correctly [-3 to +11]."
        for label in names.tasks.values()
    ] + [READING + SHIFT]


def test_learners_with_the_same_answer_share_a_sentence_and_others_have_their_own(say):
    undecided = BEATEN | {("jitter", "prior_shift"): "undecided"}
    cells = [("sepsis", name, BEATEN) for name in ("logistic", "boosting")]
    cells += [("sepsis", "svm", {}), ("sepsis", "mlp", undecided), ("sepsis", "random_forest", WON)]
    count, line, *_ = say(judged(*cells))
    assert count == (
        "Adding synthetic rows helps in 1 of 5 pairs of task and classifier; in 3 it does not, in 1 the data do not "
        "settle it."
    )
    assert line == (
        "Sepsis. Adding synthetic rows helps random forest (more than 99% sure): oversample by SMOTE, median m = 1.00, "
        "at the edge of the sizes tried in 25% of splits. Against the raw data, the strongest remedy without new rows, "
        "2 more of 1,000 patients are classed correctly [-5 to +9]. "
        "Adding synthetic rows does not help logistic regression and gradient boosting by an amount that matters (more "
        "than 99% sure); instead, shift the prior of the plain fit. Closest to help, logistic regression: with "
        "Gaussian jitter against a shifted prior 4 more of 1,000 patients are classed correctly [-3 to +11]. "
        "Adding synthetic rows does not help linear SVM by an amount that matters (more than 99% sure); leave the data "
        "as they are. With Gaussian jitter, the strongest of 2 generators, against the raw data 1 more of 1,000 "
        "patients is classed correctly [-6 to +8]. "
        "Whether adding synthetic rows helps neural network is not settled; the best guess so far is to shift the "
        "prior of the plain fit. Gaussian jitter may be better than a shifted prior by an amount that matters (chance "
        "20%); 4 more of 1,000 patients are classed correctly [-3 to +11]; to show a difference in balanced risk of "
        "0.03 nats takes 2.4 times as many patients."
    )


def test_open_answers_of_several_learners_are_one_sentence_with_each_best_guess(say):
    undecided = BEATEN | {("jitter", "prior_shift"): "undecided"}
    likely = WON | {("smote", "class_weight"): "likely better"}
    cells = [("sepsis", "logistic", undecided), ("sepsis", "boosting", likely), ("sepsis", "mlp", undecided)]
    assert say(judged(*cells))[0] == (
        "Sepsis. Whether adding synthetic rows helps logistic regression, gradient boosting and neural network is not "
        "settled; the best guesses so far: shift the prior of the plain fit (logistic regression and neural network); "
        "oversample by SMOTE (gradient boosting). For gradient boosting, SMOTE may be better than class weights by an "
        "amount that matters (chance 80%); 8 more of 1,000 patients are classed correctly [+1 to +15]."
    )


def test_a_count_leaves_out_what_there_is_none_of(say):
    undecided = BEATEN | {("jitter", "prior_shift"): "undecided"}
    cells = [("sepsis", learner, undecided) for learner in ("logistic", "boosting", "mlp", "random_forest")]
    assert say(judged(*cells))[0] == (
        "Adding synthetic rows helps in none of 4 pairs of task and classifier; in 4 the data do not settle it."
    )


def test_three_learners_make_a_line_that_names_each_pair_by_its_own_number(say):
    cells = [("sepsis", "logistic", BEATEN), ("sepsis", "boosting", WON), ("sepsis", "mlp", {})]
    assert say(judged(*cells))[0] == (
        "Sepsis. Adding synthetic rows helps gradient boosting (more than 99% sure): oversample by SMOTE, median m = "
        "1.00, at the edge of the sizes tried in 25% of splits. Against the raw data, the strongest remedy without new "
        "rows, 2 more of 1,000 patients are classed correctly [-5 to +9]. Adding synthetic rows does not help logistic "
        "regression by an amount that matters (more than 99% sure); instead, shift the prior of the plain fit. With "
        "Gaussian jitter, the strongest of 2 generators, against a shifted prior 4 more of 1,000 patients are classed "
        "correctly [-3 to +11]. Adding synthetic rows does not help neural network by an amount that matters (more "
        "than 99% sure); leave the data as they are. With Gaussian jitter, the strongest of 2 generators, against the "
        "raw data 1 more of 1,000 patients is classed correctly [-6 to +8]."
    )


def test_no_rows_in_any_split_is_no_missing_comparison(say):
    unchanged = {("jitter", "none"): "same fit", ("smote", "none"): "same fit"}
    assert say(judged(("sepsis", "logistic", unchanged)))[0] == (
        "Sepsis. Validation added no rows in any split for logistic regression; leave the data as they are."
    )
    missing = unchanged | {("smote", "none"): "not compared"}
    assert "No generator could be compared. " in say(judged(("sepsis", "logistic", missing)))[0] + " "


def test_a_generator_shown_to_be_better_is_not_called_doubtful_where_a_likely_claim_is_open(say):
    likely = WON | {
        ("class_weight", "prior_shift"): "likely better",
        ("smote", "prior_shift"): "not compared",
    }
    line = say(judged(("sepsis", "logistic", likely)))[0]
    shown = "Oversampling by SMOTE is shown to be better than the raw data by an amount that matters; 2 more of 1,000"
    assert f"A comparison is missing of oversampling by SMOTE. {shown}" in line
    assert "may be better" not in line


def test_a_group_with_a_missing_comparison_leads_with_it_and_keeps_the_same_fits(say):
    missing = BEATEN | {
        ("jitter", "prior_shift"): "not compared",
        ("class_weight", "prior_shift"): "same fit",
    }
    line = say(judged(*(("sepsis", name, missing) for name in ("logistic", "mlp"))))[0]
    both = "(logistic regression and neural network)"
    assert (
        f"plain fit. A comparison is missing of oversampling by Gaussian jitter {both}. Class weights are "
        in line
    )
    assert f"in every split {both}; whether" in line
    assert "may be better" not in line


@pytest.mark.parametrize(
    ("factor", "words"), [(1.04, "with enough splits"), (1.06, "takes 1.1 times as many")]
)
def test_nothing_takes_once_as_many_patients(say, factor, words):
    undecided = BEATEN | {("jitter", "prior_shift"): "undecided"}
    assert words in say(judged(("sepsis", "logistic", undecided), patients_factor=factor))[0]


def test_a_learner_shown_to_be_better_is_named_before_one_whose_higher_mean_is_not(say):
    learners = differences({"boosting": (0.03, 0.003), "mlp": (0.06, 0.2)})
    shown, unshown = (learners[learners["classifier"] == name] for name in ("boosting", "mlp"))
    assert shown["mean_difference"].max() < unshown["mean_difference"].max()
    line = say(judged(("sepsis", "logistic", BEATEN)), learners=learners)[1]
    assert "chose, gradient boosting is shown to have a better AUROC than logistic regression: 0.7" in line
    assert ". The highest mean gain is that of neural network, which is not shown: 0." in line


def test_numbers_of_splits_are_reported_where_learners_differ_in_them(say):
    learners = differences({"boosting": (0.08, 0.005), "mlp": (0.05, 0.005)})
    learners.loc[learners["classifier"] == "mlp", "n_splits"] = 12
    line = say(judged(("sepsis", "logistic", BEATEN)), learners=learners)[1]
    assert "against 0.700 in 20 splits (+0.0" in line


def test_a_run_of_every_learner_names_each_once_per_task(say, names):
    shown = [BEATEN, {}, WON, BEATEN | {("smote", "prior_shift"): "undecided"}]
    cells = [
        (task, learner, shown[place % len(shown)])
        for task in names.tasks
        for place, learner in enumerate(names.learners)
    ]
    lines = say(judged(*cells))
    assert len(lines) == 1 + len(names.tasks) + 1
    for line in lines[1 : 1 + len(names.tasks)]:
        named = [sentence for sentence in line.split(". ") if "dding synthetic rows" in sentence]
        for learner in names.learners:
            others = [names.in_sentence(other) for other in names.learners if other != learner]
            own = names.in_sentence(learner)
            masked = " ".join(named)
            for other in sorted(others, key=len, reverse=True):
                masked = masked.replace(other, "") if own in other else masked
            assert masked.count(own) == 1, learner


def test_which_remedy_is_best_may_be_open_where_rows_are_shown_not_to_help(say):
    said = judged(("sepsis", "logistic", BEATEN | {("class_weight", "prior_shift"): "undecided"}))
    assert say(said)[0].startswith(
        "Sepsis. Adding synthetic rows does not help logistic regression by an amount that matters (more than 99% "
        "sure). Which remedy without them is best is not settled; the best guess so far is to shift the prior of the "
        "plain fit. With Gaussian jitter"
    )
    assert say(said)[0].endswith(
        "Class weights may be better than a shifted prior by an amount that matters (chance 20%); to show a difference "
        "in balanced risk of 0.03 nats takes 2.4 times as many patients."
    )


def test_a_recipe_passed_over_on_likelihood_is_what_the_line_names(say):
    likely = BEATEN | {("class_weight", "prior_shift"): "likely better"}
    line = say(judged(("sepsis", "logistic", likely), patients_factor=0.4))[0]
    assert (
        "(more than 99% sure). Which remedy without them is best is not settled; the best guess so far is to weight"
        in line
    )
    assert line.endswith(
        "That class weights are better than a shifted prior is likely (chance 80%) and not shown; with enough splits, "
        "these data can show a difference in balanced risk of 0.03 nats."
    )


def test_a_missing_comparison_opens_the_answer_and_a_same_fit_does_not(say):
    line = say(judged(("sepsis", "logistic", BEATEN | {("jitter", "prior_shift"): "not compared"})))[0]
    assert line.startswith("Sepsis. Whether adding synthetic rows helps logistic regression is not settled")
    assert line.endswith(
        "A comparison is missing of oversampling by Gaussian jitter. With SMOTE, the strongest that was compared, "
        "against a shifted prior 5 more of 1,000 patients are classed correctly [-2 to +12]."
    )
    line = say(judged(("sepsis", "logistic", BEATEN | {("jitter", "prior_shift"): "same fit"})))[0]
    assert line.startswith("Sepsis. Adding synthetic rows does not help logistic regression")
    assert line.endswith(
        "Oversampling by Gaussian jitter is the same fit as a shifted prior in every split; whether they would differ "
        "for new patients is not known."
    )


@pytest.mark.parametrize(
    ("difference", "words"),
    [
        (Span(1.2, -2.6, 4.9), "1 more of 1,000 patients is classed correctly [-3 to +5]"),
        (Span(-0.2, np.nan, np.nan), "no more and no fewer of 1,000 patients are classed correctly"),
        (
            Span(19.0, 19.0 - 1e-12, 19.0),
            "19 more of 1,000 patients are classed correctly [the same in every split: no interval]",
        ),
        (Span(60.0, 5.0, 115.0), "60 more of 1,000 patients are classed correctly [+5 to +115]"),
        (
            Span(3.0, -200.0, 260.0),
            "the data do not settle how many more or fewer of 1,000 patients are classed correctly (from 200 fewer to "
            "260 more)",
        ),
        (
            Span(103.0, -2119.0, 2324.0),
            "the data do not settle how many more or fewer of 1,000 patients are classed correctly (from 1,000 fewer "
            "to 1,000 more)",
        ),
        (Span(np.nan, np.nan, np.nan), "how many more patients are classed correctly is not known"),
    ],
)
def test_an_interval_that_holds_harm_and_benefit_is_reported_before_its_mean(difference, words):
    assert classed(difference, "patients") == words


def test_the_best_learner_is_named_with_its_paired_interval_and_what_was_not_tested(say):
    said = judged(*(("sepsis", name, BEATEN) for name in ("logistic", "boosting", "mlp")))
    learners = differences({"boosting": (0.08, 0.005), "mlp": (0.05, 0.005)})
    best = learners[(learners["classifier"] == "boosting") & (learners["recipe"] == "joint")]
    auroc, accuracy = (best[best["metric"] == name].iloc[0] for name in ("auroc", "balanced_accuracy"))
    line = say(said, learners=learners)[1]
    assert line == (
        "Sepsis, classifiers. Of 3 classifiers, each with the recipe that validation chose, gradient boosting gains "
        f"most AUROC over logistic regression and is shown to be better: {auroc['mean']:.3f} against 0.700 "
        f"({auroc['mean_difference']:+.3f} [{auroc['nadeau_bengio_low']:+.3f} to {auroc['nadeau_bengio_high']:+.3f}]); "
        f"{1000 * accuracy['mean_difference']:.0f} more of 1,000 patients are classed correctly "
        f"[{1000 * accuracy['nadeau_bengio_low']:+.0f} to {1000 * accuracy['nadeau_bengio_high']:+.0f}]. "
        "Neural network is also shown to be better than logistic regression, and not tested against gradient boosting."
    )


@pytest.mark.parametrize(
    ("gains", "words"),
    [
        (
            {"boosting": (0.01, 0.03)},
            "none is shown to have a better AUROC than logistic regression; gradient boosting has",
        ),
        (
            {"boosting": (0.02, 0.3)},
            "the data do not settle which is best; the highest mean difference to logistic regression is that of grad",
        ),
        (
            {"boosting": (-0.1, 0.01), "mlp": (-0.08, 0.01)},
            "logistic regression is best by AUROC; next is neural",
        ),
        (
            {"boosting": (-0.1, 0.01), "mlp": (-0.02, 0.03)},
            "none gains AUROC over logistic regression on average; next",
        ),
    ],
)
def test_no_more_is_said_of_learners_than_was_shown(say, gains, words):
    said = judged(("sepsis", "logistic", BEATEN), ("sepsis", "boosting", BEATEN))
    line = say(said, learners=differences(gains, others_recipe="class_weight"))[1]
    assert f"classifiers. Of {len(gains) + 1} classifiers, each with class weights, {words}" in line


def test_the_table_of_all_learners_says_what_the_lines_say(names):
    said = judged(("sepsis", "logistic", BEATEN), ("sepsis", "boosting", WON))
    shown = in_short_table(*said, names=names, learner_differences=differences({"boosting": (0.08, 0.005)}))
    assert shown["classifier"].tolist() == ["Logistic regression", "Gradient boosting"]
    assert shown["outcome"].tolist() == ["does not help", "helps"]
    assert shown["recipe"].tolist() == ["Shifted prior", "SMOTE"]
    assert shown["generator"].tolist() == ["Gaussian jitter", "SMOTE"]
    assert shown["auroc_gain"].isna().tolist() == [True, False]
    assert shown.loc[1, ["reference", "reference_recipe"]].tolist() == [
        "logistic regression",
        "the recipe that validation chose",
    ]


@pytest.mark.parametrize(
    ("shown", "pair"),
    [
        (BEATEN | {("class_weight", "prior_shift"): "undecided"}, ("class_weight", "prior_shift")),
        (WON, ("smote", "none")),
    ],
)
def test_headline_and_tables_agree_whatever_the_strongest_rival(say, names, shown, pair):
    found, verdicts = judged(("sepsis", "logistic", shown))
    assert set(found[["recipe", "alternative"]].iloc[0]) == set(pair)
    own = verdicts[(verdicts["recipe"] == pair[0]) & (verdicts["alternative"] == pair[1])]
    assert found["correct_per_1000"].item() == own["correct_per_1000"].item()
    (table,) = in_short_tables(in_short_table(found, verdicts, names=names), names)
    cells = dict(zip(table.headers, (cell.text for cell in table.rows[0]), strict=True))
    count = cells["More of 1,000 correct"].split()[0].removeprefix("+")
    assert f"{count} more of 1,000 patients" in say((found, verdicts))[0]
    assert cells["Times as many patients"] == "2.4"


def test_another_penalty_that_validation_prefers_is_a_warning(say):
    joint = pd.DataFrame({"task": ["sepsis", "mortality"], "classifier": "logistic", "C": [0.1, np.nan]})
    said = judged(("sepsis", "logistic", {}), ("mortality", "logistic", {}))
    assert say(said, joint=joint)[-1].endswith(
        "These lines keep each classifier's own penalty; validation over all recipes prefers another (Sepsis, logistic "
        "regression: C = 0.1), see Choice among all recipes."
    )
    assert say(said, joint=joint.assign(C=np.nan))[-1] == READING


@pytest.mark.parametrize(
    ("certainty", "words"),
    [(0.956, "95% sure"), (0.9999, "more than 99% sure"), (np.nan, "certainty unknown")],
)
def test_no_more_certainty_is_claimed_than_there_is(certainty, words):
    assert sure(certainty) == words


def test_a_recipe_without_a_size_shows_none():
    assert size_in_words(np.nan, np.nan) == ""
    assert size_in_words(1.0, 0.05) == "median m = 1.00"


def test_what_could_have_been_shown_is_a_range_in_each_unit(say):
    cells = [(task, name, {}) for task in ("sepsis", "mortality") for name in ("logistic", "svm")]
    found, verdicts = judged(*cells)
    first = (found["task"] == "sepsis") & (found["classifier"] == "logistic")
    found.loc[first, ["smallest_difference", "smallest_any_splits"]] = [0.05, 0.04]
    last = say((found, verdicts))[-1]
    assert "more than 0.01 nats or hinge loss in balanced risk" in last
    assert (
        "is 0.014 to 0.050 nats (0.012 to 0.040 with any number of splits) and 0.014 hinge loss (0.012 with any number "
        "of splits); beyond" in last
    )
    alike = found.assign(smallest_difference=np.nan, smallest_any_splits=np.nan)
    assert "new patients]. Patients, not splits, limit what can be shown." in say((alike, verdicts))[-1]


def test_answers_without_a_comparison_are_left_out(names):
    found, verdicts = judged(("sepsis", "logistic", {}), ("sepsis", "svm", {}))
    found.loc[found["classifier"] == "svm", ["recipe", "alternative"]] = np.nan
    assert [said.learner for said in read_answers(found, verdicts, names)] == ["logistic"]


def test_one_split_gives_no_claim(say):
    nothing = {
        (recipe, "none"): "not compared" for recipe in ("prior_shift", "class_weight", "jitter", "smote")
    }
    nothing |= {(recipe, "prior_shift"): "not compared" for recipe in ("class_weight", "jitter", "smote")}
    nothing |= {(recipe, "class_weight"): "not compared" for recipe in ("jitter", "smote")}
    said = judged(("sepsis", "logistic", nothing), note="one split: no interval, no test", n_splits=1)
    assert say(said, simulated=True) == [
        "No answer: one split: no interval, no test.",
        "Only 1 split: provisional. Simulated data: no clinical conclusion.",
    ]


def test_few_splits_missing_parts_and_simulated_data_are_reported(say):
    said = judged(("sepsis", "logistic", {}), n_splits=5)
    assert say(said, simulated=True, left_out={"septic_shock": "no row"})[-1] == (
        "Incomplete run, without Septic shock. Only 5 splits: provisional. Simulated data: no clinical conclusion."
    )


def test_many_missing_parts_are_counted(say):
    parts = {f"sepsis/logistic/{name}": "made to fail" for name in GENERATORS}
    lines = say(judged(("sepsis", "logistic", {})), left_out=parts)
    assert lines[-1] == f"Incomplete run, without {len(parts)} parts that the report names."


def test_many_tasks_have_a_line_each(say):
    labels = {f"task{i}": f"Task {i}" for i in range(12)}
    lines = say(judged(*((task, "logistic", {}) for task in labels)), names=names_of(labels))
    assert len(lines) == 14
