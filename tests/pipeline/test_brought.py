"""What decides the fits of a class that is brought: every local module, and what is installed by its version."""

import sys

import pytest

from synthsize.imports import PACKAGE, module_files
from synthsize.pipeline.brought import brought_files, brought_packages

FILES = {
    "models_of_ours/__init__.py": "from .names import NAME\n",
    "models_of_ours/names.py": "NAME = 1\n",
    "models_of_ours/forest.py": "import json\nimport ruff.nothing\nfrom . import bark as b\nfrom .deep.root import x\n",
    "models_of_ours/bark.py": "from models_of_ours.forest import Forest\nimport beside_them\n",
    "models_of_ours/deep/root.py": "def f():\n    from ... import far\n    from ..leaf import y\n",
    "models_of_ours/leaf.py": "from numpy.linalg import norm\n",
    "models_of_ours/unused.py": "",
    "beside_them.py": "from synthsize.errors import InputError\nimport not_installed\n",
}


@pytest.fixture
def ours(tmp_path, monkeypatch):
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    for name in [name for name in sys.modules if name.startswith("models_of_ours")]:
        del sys.modules[name]


def test_local_modules_are_followed_and_installed_ones_named(ours):
    found = brought_files("models_of_ours.forest.Forest")
    own = {str(path.relative_to(PACKAGE)) for path in module_files("errors")}
    assert own == {"errors.py"}
    wanted = [ours / name for name in FILES if "unused" not in name] + [PACKAGE / "errors.py"]
    assert found == sorted(map(str, wanted))
    assert brought_packages("models_of_ours.forest.Forest") == {"ruff", "numpy"}


def test_of_an_installed_class_the_package_stands_for_all():
    assert brought_files("sklearn.ensemble.ExtraTreesClassifier") == []
    assert brought_packages("sklearn.ensemble.ExtraTreesClassifier") == {"sklearn"}
