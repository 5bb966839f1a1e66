"""The examples of docs/library.md, and the ones in the docstring of VTSSClassifier."""

import doctest
import re
from pathlib import Path

from synthsize.balance.estimator import classifier

PAGE = Path(__file__).parents[2] / "docs" / "library.md"


def test_blocks_of_the_page_run_one_after_another():
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    namespace: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, str(PAGE), "exec"), namespace)
    assert 0.0 < namespace["model"].best_multiplier_ <= 2.0
    assert namespace["model"].fast_path_
    assert namespace["chosen"].best_recipe_ in set(namespace["results"]["recipe"])
    assert namespace["search"].best_params_["vtssclassifier__generator"] in ("smote", "jitter")
    assert namespace["scores"].shape == (500, 5)


def test_examples_of_the_docstring_hold():
    assert doctest.testmod(classifier).failed == 0
