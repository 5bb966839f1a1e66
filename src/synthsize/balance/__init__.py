"""Choice of the synthetic size: nested generators, paths of fits, balanced risk and VTSS, on plain arrays."""

from synthsize.balance.estimator import VTSSClassifier
from synthsize.balance.events import Event
from synthsize.balance.generators import GENERATORS, Generator, make_generator
from synthsize.balance.learners import Learner, make_learner
from synthsize.balance.path import fit_path, n_synthetic
from synthsize.balance.risk import balanced_risk, fit_balanced, oracle_risk
from synthsize.balance.strategies import STRATEGIES, Strategy, make_strategy

__all__ = [
    "GENERATORS",
    "STRATEGIES",
    "Event",
    "Generator",
    "Learner",
    "Strategy",
    "VTSSClassifier",
    "balanced_risk",
    "fit_balanced",
    "fit_path",
    "make_generator",
    "make_learner",
    "make_strategy",
    "n_synthetic",
    "oracle_risk",
]
