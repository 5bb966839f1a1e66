"""VTSS for any scikit-learn classifier."""

from synthsize.balance.estimator.classifier import VTSSClassifier

__all__ = ["VTSSClassifier"]
