"""Study: six crafted features, generators and two classifiers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.random import SeedSequence
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from synthsize.balance import make_generator
from synthsize.catalogue.extras import check_installed
from synthsize.errors import InputError
from synthsize.report import style
from synthsize.studies.engine import crafted
from synthsize.studies.engine.blocks import streams
from synthsize.studies.engine.plotting import Dot, dots, legend_below, name_axes, panels
from synthsize.studies.engine.references import Reference
from synthsize.studies.engine.summary import cell
from synthsize.studies.engine.verdicts import Verdict, surely_less, told, undecided

ENTRY = {
    "order": 14,
    "title": "Six crafted features: what oversampling repairs, and who learned from which rows",
    "paper": "Nakada, Xu, Li, Liu, Zhang and Zhang, arXiv:2406.03628, Tables 2 and 3 (craft rows)",
    "statement": (
        "Oversampling with a fine-tuned language model brings boosted trees far closer to balance than SMOTE, ADASYN "
        "or copies do."
    ),
    "rows": (
        "One classifier, generator, source of the generator's rows and imbalance. Each replicate draws `rows` rows, "
        "puts 30% aside to test on, keeps `n_min` minority rows and `ratio` times as many of the majority, and fills "
        "the minority up to balance. `learns_from` says which rows the generator saw: the raw rows that the classifier "
        "has, 200 seed rows beside them, or all training rows, of which the raw rows are a small part. Boosting is "
        "scikit-learn's. In place of the paper's language model stands a small transformer, trained from scratch on "
        "the minority rows that it sees: it has no pretrained weights, and says nothing about models that have."
    ),
    "keys": ["classifier", "generator", "learns_from", "ratio"],
    "metrics": {
        "balanced_ce": "balanced cross-entropy (nats)",
        "minority_ce": "minority cross-entropy (nats)",
        "error": "balanced error",
    },
    "paper_settings": {
        "rows": 8000,
        "test_size": 0.3,
        "n_min": 100,
        "seed_rows": 200,
        "ratio": [1, 4, 10],
        "classifier": ["boosting", "logistic"],
        "generator": [
            "raw",
            "copies",
            "smote",
            "adasyn",
            "gaussian",
            "gaussian_seed",
            "gaussian_all",
            "copula",
            "copula_seed",
            "copula_all",
            "transformer",
            "transformer_seed",
            "transformer_all",
        ],
        "k_neighbors": 5,
        "epochs": 100,
        "replicates": 20,
        "replicates_per_job": 5,
    },
    "quick_settings": {
        "ratio": [10],
        "replicates": 2,
        "generator": ["raw", "copies", "smote", "adasyn", "gaussian", "gaussian_seed", "gaussian_all"],
    },
    "needs": {
        "transformer": ["jax", "optax"],
        "transformer_seed": ["jax", "optax"],
        "transformer_all": ["jax", "optax"],
    },
}
Array = NDArray[np.float64]
Labels = NDArray[np.int64]
RAW, SEED, ALL = "raw rows", "200 seed rows", "all training rows"
MARKERS = {RAW: "o", SEED: "s", ALL: "D"}
# The rows that a generator may learn from, their labels, how many rows to make, a stream, settings -> minority rows.
Make = Callable[[Array, Labels, int, np.random.Generator, Mapping[str, Any]], Array]


@dataclass(frozen=True)
class Line:
    """One way to fill the minority up: a line of the study's table."""

    label: str
    learns_from: str
    colour: str
    make: Make | None = None


def _nested(name: str, *keys: str) -> Make:
    """Return a generator of the benchmark, with these of the study's settings as its parameters."""

    def make(X: Array, y: Labels, n: int, stream: np.random.Generator, settings: Mapping[str, Any]) -> Array:
        generator = make_generator(name, **{key: settings[key] for key in keys})
        return generator.fit(X, y).sample(n, int(stream.integers(2**31)))

    return make


def _gaussian(
    X: Array,
    y: Labels,
    n: int,
    stream: np.random.Generator,
    settings: Mapping[str, Any],  # noqa: ARG001
) -> Array:
    minority = X[y == 1]
    return stream.multivariate_normal(minority.mean(axis=0), np.cov(minority, rowvar=False), n)


def _transformer(
    X: Array, y: Labels, n: int, stream: np.random.Generator, settings: Mapping[str, Any]
) -> Array:
    training, drawing = (int(seed) for seed in stream.integers(2**31, size=2))
    generator = make_generator("transformer", epochs=settings["epochs"], random_state=training)
    return generator.fit(X, y).sample(n, drawing)


_copula = _nested("gaussian_copula")
LINES = {
    "raw": Line("raw rows", RAW, style.BLACK),
    "copies": Line("copies", RAW, style.GREY, _nested("bootstrap")),
    "smote": Line("SMOTE", RAW, style.BLUE, _nested("smote", "k_neighbors")),
    "adasyn": Line("ADASYN", RAW, style.VERMILION, _nested("adasyn", "k_neighbors")),
    "gaussian": Line("Gaussian fit", RAW, style.ORANGE, _gaussian),
    "gaussian_seed": Line("Gaussian fit, 200 seed rows", SEED, style.ORANGE, _gaussian),
    "gaussian_all": Line("Gaussian fit, all training rows", ALL, style.ORANGE, _gaussian),
    "copula": Line("Gaussian copula", RAW, style.GREEN, _copula),
    "copula_seed": Line("Gaussian copula, 200 seed rows", SEED, style.GREEN, _copula),
    "copula_all": Line("Gaussian copula, all training rows", ALL, style.GREEN, _copula),
    "transformer": Line("transformer", RAW, style.PURPLE, _transformer),
    "transformer_seed": Line("transformer, 200 seed rows", SEED, style.PURPLE, _transformer),
    "transformer_all": Line("transformer, all training rows", ALL, style.PURPLE, _transformer),
}


def replicate(settings: Mapping[str, Any], seed: SeedSequence) -> list[dict[str, Any]]:
    """Fit every line at every imbalance on the same rows."""
    X, y = crafted.draw_labelled(settings["rows"], streams(seed, "rows"))
    n_test = round(settings["test_size"] * len(X))
    test, train = (X[:n_test], y[:n_test]), (X[n_test:], y[n_test:])
    minority, majority = (np.flatnonzero(train[1] == label) for label in (1, 0))
    found: list[dict[str, Any]] = []
    for ratio in settings["ratio"]:
        wanted = settings["n_min"] * ratio
        few = len(minority) < settings["n_min"] + settings["seed_rows"] // 2 or len(majority) < wanted
        raw = np.concatenate([minority[: settings["n_min"]], majority[:wanted]])
        seeds = np.concatenate([part[-settings["seed_rows"] // 2 :] for part in (minority, majority)])
        sources = {RAW: raw, SEED: seeds, ALL: np.arange(len(train[1]))}
        for name in settings["generator"]:
            keys = [
                {"classifier": c, "generator": name, "learns_from": LINES[name].learns_from, "ratio": ratio}
                for c in settings["classifier"]
            ]
            note = _not_installed(name)
            if few:
                note = (
                    f"{len(train[1])} training rows are too few for {settings['n_min']} rows against {wanted}"
                )
            if note:
                found += [{**key, "note": note} for key in keys]
                continue
            stream = streams(seed, name, ratio)
            rows = _with_synthetic(LINES[name], train, raw, sources, stream, settings)
            found += [{**key, **_score(key["classifier"], rows, test)} for key in keys]
    return found


def _not_installed(name: str) -> str:
    """Return the sentence that says which extra a line needs, or nothing where it is installed."""
    try:
        check_installed(f"the line {name}", ENTRY["needs"].get(name, ()))  # type: ignore[attr-defined]
    except InputError as missing:
        return str(missing)
    return ""


def _with_synthetic(
    line: Line,
    train: tuple[Array, Labels],
    raw: NDArray[np.intp],
    sources: Mapping[str, NDArray[np.intp]],
    stream: np.random.Generator,
    settings: Mapping[str, Any],
) -> tuple[Array, Labels]:
    X, y = train[0][raw], train[1][raw]
    lacking = int((y == 0).sum() - (y == 1).sum())
    if line.make is None or lacking == 0:
        return X, y
    source = sources[line.learns_from]
    made = line.make(train[0][source], train[1][source], lacking, stream, settings)
    return np.concatenate([X, made]), np.concatenate([y, np.ones(lacking, dtype=np.int64)])


def _score(classifier: str, rows: tuple[Array, Labels], test: tuple[Array, Labels]) -> dict[str, float]:
    model = (
        LogisticRegression()
        if classifier == "logistic"
        else HistGradientBoostingClassifier(
            # XGBoost's defaults, as far as they exist here
            learning_rate=0.3,
            max_iter=100,
            max_depth=6,
            l2_regularization=1.0,
            min_samples_leaf=5,
            random_state=0,
        )
    )
    model.fit(*rows)
    p = np.clip(model.predict_proba(test[0])[:, 1], 1e-15, 1.0 - 1e-15)
    y = test[1]
    losses = [-np.log(1.0 - p[y == 0]).mean(), -np.log(p[y == 1]).mean()]
    errors = [(p[y == 0] > 0.5).mean(), (p[y == 1] <= 0.5).mean()]
    return {
        "balanced_ce": float(np.mean(losses)),
        "minority_ce": float(losses[1]),
        "error": float(np.mean(errors)),
    }


def theory(settings: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Bayes level, as the lowest line of every panel."""
    entropy, error = crafted.bayes_level()
    keys = {"generator": "bayes", "learns_from": "the law"}
    return [
        {**keys, "classifier": classifier, "ratio": ratio, "metric": metric, "theory": value}
        for classifier in settings["classifier"]
        for ratio in settings["ratio"]
        for metric, value in (("balanced_ce", entropy), ("error", error))
    ]


def references(settings: Mapping[str, Any]) -> list[Reference]:  # noqa: ARG001
    """Return the paper's tables (XGBoost) and an independent computation of the Bayes level."""
    bayes = {"classifier": "boosting", "generator": "bayes", "ratio": 10}
    found = [
        Reference(bayes, "balanced_ce", 0.4526, "independent computation", rounding=2e-3, theory=True),
        Reference(bayes, "error", 0.222, "independent computation", rounding=2e-3, theory=True),
    ]
    other = "XGBoost on one drawing of the data; ours is scikit-learn's boosting, a drawing per replicate"
    table = {
        "raw": (1.357, 2.574),
        "copies": (1.330, 2.441),
        "smote": (1.222, 2.180),
        "adasyn": (1.229, 2.192),
    }
    for name, values in table.items():
        where = {"classifier": "boosting", "generator": name, "ratio": 10}
        for metric, value in zip(("balanced_ce", "minority_ce"), values, strict=True):
            found.append(Reference(where, metric, value, "the paper's Table 2", 5, 5e-4, other))
    return found


def draw(table: pd.DataFrame, settings: Mapping[str, Any]) -> Figure:
    """Balanced and minority cross-entropy at the largest imbalance, a row per generator."""
    ratio = max(settings["ratio"])
    names = [name for name in LINES if name in settings["generator"]]
    figure, axes = panels(2 * len(settings["classifier"]), height=max(2.7, 0.9 + 0.3 * len(names)))
    pairs = [(c, m) for c in settings["classifier"] for m in ("balanced_ce", "minority_ce")]
    for i, (panel, (classifier, metric)) in enumerate(zip(axes, pairs, strict=True)):
        column = [
            Dot(
                LINES[name].label.replace(", ", ",\n"),
                cell(table, metric, classifier=classifier, generator=name, ratio=ratio),
                LINES[name].colour,
                MARKERS[LINES[name].learns_from],
            )
            for name in names
        ]
        dots(panel, column, named=i == 0)
        if metric == "balanced_ce":
            panel.axvline(
                crafted.bayes_level()[0], color=style.GREY, linestyle=(0, (4, 2)), label="Bayes level"
            )
        panel.axvline(np.log(2.0), color=style.GREY, linewidth=0.6, linestyle=":", label="guessing (ln 2)")
        words = "balanced" if metric == "balanced_ce" else "minority"
        name_axes(panel, classifier.capitalize(), f"{words}\ncross-entropy (nats)", "")
    legend_below(figure, axes)
    return figure


def verdict(table: pd.DataFrame, settings: Mapping[str, Any]) -> Verdict:
    """Compare the cheapest classifier with copies with the boosted trees, and state what more rows do."""
    ratio = max(settings["ratio"])
    rows = {
        (classifier, name): cell(table, "balanced_ce", classifier=classifier, generator=name, ratio=ratio)
        for classifier, name in (
            ("boosting", "raw"),
            ("boosting", "smote"),
            ("boosting", "gaussian"),
            ("boosting", "gaussian_all"),
            ("logistic", "copies"),
        )
    }
    if (
        any(row is None or not np.isfinite(row["mean"]) for row in rows.values())
        or settings["replicates"] < 2
    ):
        return undecided("it needs both classifiers, the generators of the comparison and two replicates")
    told_rows = {key: told(row) for key, row in rows.items() if row is not None}
    sentence = (
        f"At 1:{ratio} boosting has balanced cross-entropy {told_rows['boosting', 'raw']} nats on raw rows and "
        f"{told_rows['boosting', 'smote']} with SMOTE; logistic regression with copies "
        f"{told_rows['logistic', 'copies']}, beside the Bayes level "
        f"{crafted.bayes_level()[0]:.3f}. A Gaussian fit gives boosting "
        f"{told_rows['boosting', 'gaussian']} from the raw rows and {told_rows['boosting', 'gaussian_all']} from all "
        f"training rows. {_of_further_lines(table, ratio)}"
    )
    simple, smote = rows["logistic", "copies"], rows["boosting", "smote"]
    if simple is not None and smote is not None and surely_less(simple, smote):
        excuse = (
            " Much of the room above SMOTE is the overconfidence of boosting, which a simple model lacks."
        )
        return Verdict("limits", sentence + excuse)
    return Verdict("undecided", sentence)


def _of_further_lines(table: pd.DataFrame, ratio: int) -> str:
    """State what boosting gains by the copula and the transformer, where they were run."""
    found = []
    for name, words in (("copula", "A copula"), ("transformer", "A transformer without pretrained weights")):
        arms = [
            cell(table, "balanced_ce", classifier="boosting", generator=arm, ratio=ratio)
            for arm in (name, f"{name}_all")
        ]
        levels = [told(arm) for arm in arms if arm is not None and np.isfinite(arm["mean"])]
        if len(levels) == len(arms):
            found.append(f"{words} gives {levels[0]} and {levels[1]}.")
    return " ".join([*found, "No language model was run."])
