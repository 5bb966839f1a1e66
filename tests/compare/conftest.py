"""Finished runs with made-up numbers: a manifest and the tables that a comparison reads, and nothing else."""

import hashlib
import json
from copy import deepcopy

import pandas as pd
import pytest

CONFIG = {
    "source": {"name": "mimic3", "concepts": "corrected", "path": "/gone"},
    "cohort": {"window_hours": 120},
    "features": {"summaries": ["mean"]},
    "tasks": {
        "mortality": {"label": "In-hospital mortality", "outcome": "died_in_hospital"},
        "sepsis": {"label": "Sepsis", "icd9": ["99592"]},
    },
    "protocol": {"group_by": "patient"},
    "experiment": {
        "classifiers": {
            "logistic": {"class": None, "params": {"C": 1.0}, "label": None, "score": "log_odds"}
        },
        "generators": {"smote": {"class": None, "params": {"k_neighbors": 10}, "label": None}},
        "splits": 10,
    },
    "reporting": {"left_out": {}, "suppress_below": 10},
}
CELL = {"task": "mortality", "classifier": "logistic"}
INTERVAL = {"level": 0.95, "n_splits": 10, "note": None}


def tables(recipe="prior_shift", counts=(1, 2, 1), tasks=("mortality", "sepsis"), settled=True):
    """Verdicts with the differences of their pairs; sizes m = 0, 1 and 2 chosen as often as `counts` says."""
    places = [
        ("prior_shift", "none", -0.3),
        ("class_weight", "none", -0.29),
        ("class_weight", "prior_shift", 0.01),
    ]
    places += [("smote", "none", -0.28), ("smote", "prior_shift", 0.02), ("smote", "class_weight", 0.01)]
    # Subject, criterion, its multiplier, reference, subject minus reference.
    paired = [
        ("fixed", "", 1.0, "m=0", -0.27),
        ("fixed", "", 1.0, "prior_shift", 0.03),
        ("fixed", "", 1.0, "class_weight", 0.02),
        ("vtss", "balanced_loss", None, "m=1", -0.01),
        ("vtss", "balanced_accuracy", None, "m=1", 0.5),
    ]
    made = {
        "table1": [
            {
                "positives": 100,
                "negatives": 700,
                "ratio": 7.0,
                "admissions": 800,
                "patients": 750,
                "prevalence": 0.125,
            }
        ],
        "answers": [
            {
                **CELL,
                **{"recipe": recipe, "alternative": "smote", "settled": settled, "certainty": 0.97},
                **{"rival_open": not settled, "passed_over": None, "not_compared": None},
                **{"metric": "excess_risk", "rope": 0.01, "smallest_difference": 0.03, **INTERVAL},
            }
        ],
        "verdicts": [
            {
                **CELL,
                **{"recipe": subject, "alternative": reference, "mean_difference": mean},
                **{"low": mean - 0.1, "high": mean + 0.2, **INTERVAL},
                **{"verdict": "undecided", "probability_better": 0.02, "patients_factor": 2.0},
                **{"correct_per_1000": 4.0, "correct_low": -3.0, "correct_high": 11.0},
            }
            for subject, reference, mean in places
        ],
        "paired": [
            {
                **{
                    **CELL,
                    "generator": "smote",
                    "metric": metric,
                    "subject": subject,
                    "criterion": criterion,
                },
                **{"multiplier": multiplier, "reference": reference, "mean_difference": mean * sign},
                **{"nadeau_bengio_low": mean - 0.1, "nadeau_bengio_high": mean + 0.2, **INTERVAL},
            }
            for subject, criterion, multiplier, reference, mean in paired
            for metric, sign in (("excess_risk", 1), ("balanced_accuracy", -9))
        ],
        "choices": [
            {
                **{**CELL, "generator": "smote", "criterion": criterion, "rule": rule},
                **{"multiplier": float(multiplier), "count": count, "n_splits": 10},
            }
            for criterion, rule in (
                ("balanced_accuracy", "argmin"),
                ("balanced_loss", "1se"),
                ("balanced_loss", "argmin"),
            )
            for multiplier, count in enumerate(
                counts if (criterion, rule) == ("balanced_loss", "argmin") else (9, 0, 0)
            )
        ],
        "missingness": [{"variable": "inr", "label": "INR"}, {"variable": "wbc", "label": "White cells"}],
    }
    found = {name: pd.DataFrame(rows) for name, rows in made.items()}
    for name in ("table1", "answers", "verdicts", "paired", "choices"):
        found[name] = pd.concat([found[name].assign(task=task) for task in tasks])
    return found


@pytest.fixture
def finished_run(tmp_path):
    """Write a run and return its folder; `config` is laid over `CONFIG` by dotted keys, `edited` changes the tables."""

    def write(name, *, config=None, edited=None, **of_tables):
        folder = tmp_path / name
        (folder / "results/tables").mkdir(parents=True)
        settings = deepcopy(CONFIG)
        for key, value in (config or {}).items():
            *parents, last = key.split(".")
            part = settings
            for parent in parents:
                part = part[parent]
            part[last] = value
        found = {**tables(**{"tasks": tuple(settings["tasks"]), **of_tables}), **(edited or {})}
        outputs = []
        for table, frame in found.items():
            file = folder / f"results/tables/{table}.csv"
            frame.to_csv(file, index=False)
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
            outputs.append({"path": f"tables/{table}.csv", "bytes": 1, "sha256": digest})
        manifest = {
            **{"program": "synthsize 0.1.0", "revision": None, "packages": {"numpy": "2.0"}},
            **{"config": settings, "inputs": [{"release": f"{name} 1.0"}], "outputs": outputs},
        }
        (folder / "results/manifest.json").write_text(json.dumps(manifest))
        return folder

    return write
