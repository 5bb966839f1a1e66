"""The three tasks: learnable, and hard."""

import pandas as pd
import pytest
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


@pytest.fixture(scope="module")
def features(large) -> pd.DataFrame:
    measurements = large.truth("corrected/measurements")
    means = measurements.pivot_table(index="admission_id", columns="variable", values="value")
    return means.reindex(large.truth("labels")["admission_id"])


@pytest.mark.parametrize("task", ["mortality", "sepsis", "septic_shock"])
def test_logistic_regression_on_means_ranks_well_but_not_perfectly(large, features, task):
    labels = large.truth("labels")[task].to_numpy()
    patients = large.truth("corrected/admissions")["patient_id"]
    model = make_pipeline(SimpleImputer(), StandardScaler(), LogisticRegression())
    folds = StratifiedGroupKFold(5, shuffle=True, random_state=0)
    scores = cross_val_predict(model, features, labels, groups=patients, cv=folds, method="predict_proba")
    assert 0.75 < roc_auc_score(labels, scores[:, 1]) < 0.88
