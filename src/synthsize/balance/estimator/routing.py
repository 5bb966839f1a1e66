"""Bring groups to the splitter, with scikit-learn's metadata routing or without."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sklearn
from sklearn.utils.metadata_routing import get_routing_for_object, process_routing

from synthsize.errors import InputError


def route_groups(classifier: Any, cv: Any, groups: Any, params: Mapping[str, Any]) -> Any:
    """Return the groups that the folds must respect, or None.

    Parameters
    ----------
    classifier : estimator
        Whose `fit` was called.
    cv : int or splitter
    groups : array of shape (n,) or None
    params : mapping
        Further metadata, for a splitter that has its groups under another name.

    Raises
    ------
    InputError
        If groups were given that the splitter does not use.
    TypeError
        If metadata were given that nothing requests.
    """
    supplied = {name: value for name, value in {"groups": groups, **params}.items() if value is not None}
    if not supplied:
        return None
    if sklearn.get_config()["enable_metadata_routing"]:
        routed = process_routing(classifier, "fit", **supplied)
        if not hasattr(cv, "split"):
            return groups
        used = routed.splitter.split.get("groups")
    else:
        if params:
            raise TypeError(f"VTSSClassifier.fit() got an unexpected keyword argument {next(iter(params))!r}")
        used = groups if not hasattr(cv, "split") or _splits_by_group(cv) else None
    if used is None:
        raise InputError(
            f"cv={cv!r} takes no account of groups; use a number of folds, or a splitter such as GroupKFold"
        )
    return used


def _splits_by_group(splitter: Any) -> bool:
    if not hasattr(splitter, "get_metadata_routing"):
        return True  # a splitter of the user's own, which receives the groups
    return bool(get_routing_for_object(splitter).consumes("split", ["groups"]))
