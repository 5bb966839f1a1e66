"""Parameters in the words of readers."""

import re

import pytest

from synthsize.catalogue import generators, learners
from synthsize.parameters import settings_in_words


@pytest.mark.parametrize(
    ("template", "params", "words"),
    [
        ("{trees:tree/trees} of {depth:level/levels}", {"trees": 1, "depth": 3}, "1 tree of 3 levels"),
        (
            "penalty {alpha:g}, units {hidden}",
            {"alpha": 1.0, "hidden": [32, 16]},
            "penalty 1, units [32, 16]",
        ),
        (
            "",
            {"shrinkage": None, "bootstrap": True, "kind": "svm"},
            "shrinkage = null, bootstrap = true, kind = svm",
        ),
        ("a command, n = {{2}}", {}, "a command, n = {2}"),
    ],
)
def test_parameters_are_put_into_words(template, params, words):
    assert settings_in_words(template, params) == words


@pytest.mark.parametrize(
    "entries", [learners.entries(), generators.entries()], ids=["learners", "generators"]
)
def test_a_single_one_is_in_the_singular_and_nothing_is_in_words_of_python(entries):
    for entry in entries.values():
        defaults = {name: rule["default"] for name, rule in entry.parameters.items()}
        ones = {name: 1 if isinstance(value, int) else value for name, value in defaults.items()}
        for params in (defaults, ones):
            words = settings_in_words(entry.settings, params)
            assert not re.search(r"\b(None|True|False)\b|(?<![\d.])1 (noise )?(?!times)\w+s\b", words), words
