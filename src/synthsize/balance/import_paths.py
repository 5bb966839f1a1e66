"""Classes that a configuration names: importing them, and making them with parameters, or saying what is wrong."""

from __future__ import annotations

import inspect
import re
import reprlib
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from synthsize.errors import InputError, ParameterError

# How scikit-learn, and imbalanced-learn after it, refuse the value of a parameter.
REFUSAL = re.compile(r"The '(\w+)' parameter of \w+ (must be .+?)\. Got .* instead\.", re.DOTALL)


def import_named(path: str) -> Any:
    """Import the class that a dotted path names.

    Parameters
    ----------
    path : str
        Such as ``"sklearn.ensemble.ExtraTreesClassifier"``.

    Raises
    ------
    InputError
        If the module cannot be imported (it may need a package that is not installed) or lacks the name.
    """
    module_name, _, name = path.rpartition(".")
    if not module_name or not all(part.isidentifier() for part in path.split(".")):
        raise InputError(
            f"{path!r} is no import path; give one such as sklearn.ensemble.ExtraTreesClassifier"
        )
    try:
        module = import_module(module_name)
    except ModuleNotFoundError as error:
        missing = error.name or module_name
        raise InputError(
            f"{path} needs the module {missing!r}, which is not installed; install the package that holds it or "
            "correct the path"
        ) from error
    except Exception as error:
        said = f"{type(error).__name__}: {' '.join(str(error).split())}"
        raise InputError(f"{path} cannot be imported ({said}); correct the module that holds it") from error
    if not hasattr(module, name):
        raise InputError(f"module {module_name!r} has no {name!r}; correct the import path {path}")
    return getattr(module, name)


def make_checked(make: Callable[..., Any], params: Mapping[str, Any], name: str) -> Any:
    """Call a class with parameters by name.

    Raises
    ------
    InputError
        If it is not callable, or does not take one of the parameters or its value.
    """
    if not callable(make):
        raise InputError(f"{name} is {make!r}, which is no class")
    try:
        accepted = dict(inspect.signature(make).parameters)
    except ValueError:  # a class without a Python signature says itself what it refuses
        accepted = {key: inspect.Parameter(key, inspect.Parameter.KEYWORD_ONLY) for key in params}
    open_ended = any(parameter.kind is inspect.Parameter.VAR_KEYWORD for parameter in accepted.values())
    unknown = [key for key in params if key not in accepted]
    if unknown and not open_ended:
        taken = ", ".join(key for key in accepted if key != "self") or "none"
        raise InputError(f"{name} takes no parameter {unknown[0]!r}; it takes {taken}")
    try:
        return make(**params)
    except InputError:
        raise
    except Exception as error:
        said = f"{type(error).__name__}: {' '.join(str(error).split())}"
        raise InputError(f"{name} cannot be made of its parameters ({said})") from error


def check_values(made: Any, name: str) -> None:
    """Reject parameters whose values the class itself rejects, which it would report only when it is fitted.

    Parameters
    ----------
    made : object
        Classes of scikit-learn and imbalanced-learn state the constraints of their parameters; of others nothing is
        known here.
    name : str
        Name used in error messages.

    Raises
    ------
    ParameterError
    """
    try:
        made._validate_params()
    except Exception as error:
        refused = REFUSAL.match(str(error))
        if type(error).__name__ == "InvalidParameterError" and refused:
            parameter, rule = refused.groups()
            value = reprlib.repr(getattr(made, parameter, None))  # as the rule beside it, in Python's words
            raise ParameterError(name, parameter, f"is {value}, but it {' '.join(rule.split())}") from error
