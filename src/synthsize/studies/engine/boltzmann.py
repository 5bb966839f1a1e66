"""A restricted Boltzmann machine of binary units, trained by persistent contrastive divergence.

p(v, h) is proportional to exp(g'v + t'h + v'W h) for v and h in {0, 1}. Training follows Tieleman (2008); the estimate
of the normalising constant is annealed importance sampling (Salakhutdinov and Murray, 2008).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logsumexp

Array = NDArray[np.float64]
Stream = np.random.Generator
MAX_EXACT = 16  # hidden units whose states are listed one by one


@dataclass
class BoltzmannMachine:
    """Parameters of the machine.

    Attributes
    ----------
    visible : ndarray of shape (L,)
    hidden : ndarray of shape (H,)
    weights : ndarray of shape (L, H)
    """

    visible: Array
    hidden: Array
    weights: Array

    def log_weight(self, v: Array) -> Array:
        """Log-probability of each row of v up to a constant."""
        return np.asarray(v @ self.visible + np.logaddexp(0.0, self.hidden + v @ self.weights).sum(axis=-1))

    def sweep(self, v: Array, stream: Stream) -> Array:
        """One Gibbs sweep of every row: hidden given visible, then visible given hidden."""
        h = _flip(self.hidden + v @ self.weights, stream)
        return _flip(self.visible + h @ self.weights.T, stream)

    def exact_log_constant(self) -> float:
        """Log of the normalising constant, by listing the hidden states.

        Raises
        ------
        ValueError
            If there are more than 16 hidden units.
        """
        if len(self.hidden) > MAX_EXACT:
            raise ValueError(
                f"{len(self.hidden)} hidden units have too many states to list; {MAX_EXACT} at most"
            )
        h = np.array(list(product((0.0, 1.0), repeat=len(self.hidden))))
        logs = h @ self.hidden + np.logaddexp(0.0, self.visible + h @ self.weights.T).sum(axis=1)
        return float(logsumexp(logs))

    def annealed_log_constant(self, chains: int, steps: int, stream: Stream) -> float:
        """Estimate the same by annealing from independent visible units to the machine."""
        logs = np.full(chains, np.logaddexp(0.0, self.visible).sum() + len(self.hidden) * np.log(2.0))
        v = _flip(np.broadcast_to(self.visible, (chains, len(self.visible))), stream)
        before = len(self.hidden) * np.log(2.0)
        for share in np.linspace(0.0, 1.0, steps + 1)[1:]:
            after = np.logaddexp(0.0, share * (self.hidden + v @ self.weights)).sum(axis=1)
            logs += after - before
            h = _flip(share * (self.hidden + v @ self.weights), stream)
            v = _flip(self.visible + share * (h @ self.weights.T), stream)
            before = np.logaddexp(0.0, share * (self.hidden + v @ self.weights)).sum(axis=1)
        return float(logsumexp(logs) - np.log(chains))


def _flip(field: Array, stream: Stream) -> Array:
    return np.asarray(stream.random(field.shape) < expit(field), dtype=float)


def train_machine(
    v: Array,
    hidden: int,
    stream: Stream,
    *,
    epochs: int = 500,
    batch: int = 20,
    chains: int = 100,
    sweeps: int = 5,
    rates: tuple[float, float] = (0.1, 0.01),
    decay: float = 1e-4,
) -> BoltzmannMachine:
    """Fit a machine to binary rows.

    Parameters
    ----------
    v : ndarray of shape (n, L)
        Zeros and ones.
    hidden : int
        Hidden units.
    stream : numpy.random.Generator
    epochs, batch : int
        Passes over the rows, and rows of one step.
    chains, sweeps : int
        Persistent chains, and their Gibbs sweeps a step.
    rates : tuple of float
        First and last learning rate, geometric between them.
    decay : float
        L2 penalty on the weights.
    """
    n, L = v.shape
    share = np.clip(v.mean(axis=0), 0.01, 0.99)
    machine = BoltzmannMachine(
        np.log(share / (1.0 - share)),
        np.zeros(hidden),
        0.1 / np.sqrt(L) * stream.standard_normal((L, hidden)),
    )
    state = _flip(np.broadcast_to(machine.visible, (chains, L)), stream)
    for rate in np.geomspace(*rates, epochs):
        order = stream.permutation(n)
        for start in range(0, n, batch):
            rows = v[order[start : start + batch]]
            for _ in range(sweeps):
                state = machine.sweep(state, stream)
            up_data = expit(machine.hidden + rows @ machine.weights)
            up_chain = expit(machine.hidden + state @ machine.weights)
            slope = rows.T @ up_data / len(rows) - state.T @ up_chain / chains
            machine.weights += rate * (slope - decay * machine.weights)
            machine.visible += rate * (rows.mean(axis=0) - state.mean(axis=0))
            machine.hidden += rate * (up_data.mean(axis=0) - up_chain.mean(axis=0))
    return machine


def sample_within(
    machine: BoltzmannMachine, start: Array, n: int, sweeps: int, central: float, stream: Stream
) -> Array:
    """Draw n rows whose log-weight lies in the central part of that of the rows to start from.

    Chains start at rows of `start` and take `sweeps` Gibbs sweeps; from there each further sweep offers its state. When
    hardly any state is accepted, those nearest to the middle fill up.

    Parameters
    ----------
    central : float
        Share of the starting rows' log-weights between the two limits.
    """
    scores = machine.log_weight(start)
    low, high = np.quantile(scores, [(1.0 - central) / 2.0, (1.0 + central) / 2.0])
    state = start[stream.integers(0, len(start), n)]
    for _ in range(sweeps):
        state = machine.sweep(state, stream)
    kept, spare = [], []
    for _ in range(50):
        found = machine.log_weight(state)
        inside = (found >= low) & (found <= high)
        kept.append(state[inside])
        spare.append(state[~inside])
        if sum(map(len, kept)) >= n:
            break
        state = machine.sweep(state, stream)
    rows = np.concatenate(kept)[:n]
    if len(rows) < n:
        others = np.concatenate(spare)
        distance = np.abs(machine.log_weight(others) - (low + high) / 2.0)
        rows = np.concatenate([rows, others[np.argsort(distance)[: n - len(rows)]]])
    return np.asarray(rows)
