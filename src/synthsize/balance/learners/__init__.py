"""Learners: what the procedure fits. A new one is one new file here, found by the ENTRY at its head."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from synthsize.balance.import_paths import check_values, import_named, make_checked
from synthsize.balance.learners.base import Fits, Learner
from synthsize.balance.learners.estimator import EstimatorLearner, check_classifier
from synthsize.catalogue import learners as catalogue
from synthsize.errors import InputError

__all__ = ["EstimatorLearner", "Fits", "Learner", "make_learner"]


def make_learner(
    kind: str | Learner | Any, import_path: str | None = None, params: Mapping[str, Any] | None = None
) -> Learner:
    """Make a learner by its name, by the import path of a scikit-learn classifier, or from a classifier.

    Parameters
    ----------
    kind : str, Learner or classifier
        A name of the catalogue, or any name where `import_path` says what it stands for; or the thing itself.
    import_path : str, optional
        Such as ``"sklearn.ensemble.ExtraTreesClassifier"``.
    params : mapping, optional
        What the learner's class takes.

    Returns
    -------
    Learner

    Raises
    ------
    InputError
        If there is no such learner, the path does not import, the class takes other parameters, or it is no classifier
        with probabilities or a decision function.
    """
    if isinstance(kind, Learner):
        return kind
    if not isinstance(kind, str):
        return EstimatorLearner(check_classifier(kind, type(kind).__name__))
    given = dict(params or {})
    if import_path is not None:
        made = make_checked(import_named(import_path), given, kind)
        check_values(made, kind)
        return EstimatorLearner(check_classifier(made, kind), called=kind)
    known = catalogue.entries()
    if kind not in known:
        raise InputError(f"there is no classifier {kind!r}; choose one of {', '.join(known)}")
    learner: Learner = make_checked(import_named(known[kind].class_path), given, kind)
    return learner
