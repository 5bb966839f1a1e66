"""The answer about learners on raw data in one table."""

import pandas as pd
from run_names import names_of

from synthsize.report.tables.learners import learners_in_short

NAMES = names_of({"sepsis": "Sepsis", "death": "Death"})


def answer(task, classifier, metric, recipe, verdict):
    return {"task": task, "classifier": classifier, "metric": metric, "recipe": recipe, "verdict": verdict}


def test_each_learner_has_a_row_per_task_and_an_answer_per_metric():
    answers = pd.DataFrame(
        [
            answer("death", "rbf_svm", "auroc", "none", "beaten"),
            answer("death", "boosting", "balanced_risk", "prior_shift", "open"),
            answer("death", "boosting", "auroc", "none", "better"),
            answer("sepsis", "boosting", "auroc", "none", "better"),
        ]
    )
    found = learners_in_short(answers, NAMES)
    assert found.columns.tolist() == ["task", "learner", "auroc none", "balanced_risk prior_shift"]
    assert found.fillna("-").to_numpy().tolist() == [
        ["Sepsis", "Gradient boosting", "yes", "-"],
        ["Death", "Gradient boosting", "yes", "not settled"],
        ["Death", "Gaussian-kernel SVM", "no", "-"],
    ]
