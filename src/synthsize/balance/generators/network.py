"""The transformer's network in JAX. Imported only where one is trained or drawn from."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import partial, wraps
from typing import Any

import numpy as np
from numpy.random import Generator as Stream
from numpy.typing import NDArray

if "jax" not in sys.modules:  # one thread, as the rest of the library; read once, when JAX starts
    os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")

import jax
import jax.numpy as jnp
import optax

HEADS = 4
BATCH = 64  # rows per step
LEARNING_RATE = 5e-4
DECAY = 0.1  # of the weights, per step and learning rate
WEAK = -1e9  # logit of a bin that does not exist
WAVES = 6  # smooth functions of a bin's place

Weights = dict[str, Any]
_RULE = optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(LEARNING_RATE, weight_decay=DECAY))


def _on_cpu(function: Callable[..., Any]) -> Callable[..., Any]:
    """Run on the CPU, so that rows do not depend on whether there is a graphics card."""

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        with jax.default_device(jax.devices("cpu")[0]):
            return function(*args, **kwargs)

    return run


class Network:
    """A network in training.

    Parameters
    ----------
    counts : ndarray of int, shape (d,)
        Tokens of each feature.
    layers, width : int
    stream : numpy.random.Generator
        Of the first weights.
    """

    @_on_cpu
    def __init__(self, counts: NDArray[np.intp], layers: int, width: int, stream: Stream) -> None:
        self._bins = _bins(counts)
        self.weights = _first_weights(self._bins["real"].shape, layers, width, stream)
        self._state = _RULE.init(self.weights)

    @_on_cpu
    def learn(self, tokens: NDArray[np.intp], stream: Stream) -> None:
        """Pass once through the rows, in batches of random order; rows that fill no batch wait for the next pass.

        Fewer rows than a batch are repeated, so that one compiled step serves any number of rows.
        """
        order = stream.permutation(len(tokens))
        order = np.resize(order, max(len(order) // BATCH, 1) * BATCH)
        for batch in order.reshape(-1, BATCH):
            self.weights, self._state = _learn(self.weights, self._state, tokens[batch], self._bins)

    @_on_cpu
    def loss(self, tokens: NDArray[np.intp]) -> float:
        """Mean negative log-probability of a token, in nats."""
        filled = np.resize(np.arange(len(tokens)), -(-len(tokens) // BATCH) * BATCH)
        found = [_losses(self.weights, tokens[batch], self._bins) for batch in filled.reshape(-1, BATCH)]
        return float(np.concatenate(found)[: len(tokens)].mean())


@_on_cpu
def draw_tokens(
    weights: Weights,
    counts: NDArray[np.intp],
    chances: NDArray[np.float64],
    temperature: float,
    top_p: float,
) -> NDArray[np.intp]:
    """Draw a row of tokens for each row of chances, which are uniform on (0, 1); returns shape (n, d)."""
    drawn = _draw(weights, _bins(counts), np.asarray(chances, np.float32), temperature, top_p)
    return np.asarray(drawn, dtype=np.intp)


def _bins(counts: NDArray[np.intp]) -> Weights:
    """Return which bins there are, and smooth functions of their place, by which neighbours resemble each other."""
    number = np.arange(counts.max())
    place = (number + 0.5) / counts[:, np.newaxis]
    waves = np.cos(np.pi * place[..., np.newaxis] * np.arange(1, WAVES + 1))
    return {"real": number < counts[:, np.newaxis], "waves": waves.astype(np.float32)}


def _first_weights(shape: tuple[int, ...], layers: int, width: int, stream: Stream) -> Weights:
    features, bins = shape

    def normal(*size: int, scale: float = 0.02) -> Any:
        return jnp.asarray(scale * stream.standard_normal(size), jnp.float32)

    def layer() -> Weights:
        return {
            "mix": {"in": normal(width, 3 * width, scale=width**-0.5), "out": normal(width, width)},
            "grow": {"in": normal(width, 4 * width, scale=width**-0.5), "out": normal(4 * width, width)},
            "scale": jnp.ones((2, width)),
        }

    def table(scale: float) -> Weights:
        return {"own": normal(features, bins, width), "waves": normal(features, WAVES, width, scale=scale)}

    return {
        "start": normal(width),
        "embedding": table(0.3),
        "place": normal(features, width),
        "layers": [layer() for _ in range(layers)],
        "scale": jnp.ones(width),
        "head": table(0.1),
        "bias": jnp.zeros((features, bins)),
    }


def _table(part: Weights, bins: Weights) -> Any:
    """Vectors of all bins, shape (d, bins, w): smooth along the bins, plus one of its own for each."""
    return part["own"] + jnp.einsum("dbf,dfw->dbw", bins["waves"], part["waves"])


def _normed(x: Any, scale: Any) -> Any:
    return x * scale * jax.lax.rsqrt(jnp.mean(x**2, axis=-1, keepdims=True) + 1e-6)


def _heads(x: Any) -> Any:
    return x.reshape(*x.shape[:-1], HEADS, -1)


def _attended(query: Any, keys: Any, values: Any, seen: Any) -> Any:
    """Mix the values (n, u, h, c) by how their keys match each query (n, t, h, c), where seen (t, u)."""
    match = jnp.einsum("nthc,nuhc->nhtu", query, keys) * query.shape[-1] ** -0.5
    share = jax.nn.softmax(jnp.where(seen, match, WEAK), axis=-1)
    return jnp.einsum("nhtu,nuhc->nthc", share, values).reshape(*query.shape[:2], -1)


def _through(layer: Weights, x: Any, remember: Callable[[Any, Any], tuple[Any, Any]], seen: Any) -> Any:
    """Pass x (n, t, w) through a layer; `remember` gives the keys and values of earlier tokens."""
    query, key, value = map(_heads, jnp.split(_normed(x, layer["scale"][0]) @ layer["mix"]["in"], 3, axis=-1))
    keys, values = remember(key, value)
    x = x + _attended(query, keys, values, seen) @ layer["mix"]["out"]
    grown = jax.nn.gelu(_normed(x, layer["scale"][1]) @ layer["grow"]["in"])
    return x + grown @ layer["grow"]["out"], (keys, values)


def _logits(weights: Weights, tokens: Any, bins: Weights) -> Any:
    """Logits of every token given those before it, shape (n, d, bins)."""
    features = tokens.shape[1]
    before = _table(weights["embedding"], bins)[jnp.arange(features - 1), tokens[:, :-1]]
    start = jnp.broadcast_to(weights["start"], (len(tokens), 1, weights["start"].shape[0]))
    x = jnp.concatenate([start, before], axis=1) + weights["place"]
    for layer in weights["layers"]:
        x, _ = _through(layer, x, lambda key, value: (key, value), jnp.tri(features, dtype=bool))
    head = _table(weights["head"], bins)
    found = jnp.einsum("ndw,dbw->ndb", _normed(x, weights["scale"]), head) + weights["bias"]
    return jnp.where(bins["real"], found, WEAK)


@jax.jit
def _losses(weights: Weights, tokens: Any, bins: Weights) -> Any:
    """Mean loss of each row's tokens, shape (n,)."""
    found = optax.softmax_cross_entropy_with_integer_labels(_logits(weights, tokens, bins), tokens)
    return found.mean(axis=1)


@jax.jit
def _learn(weights: Weights, state: Any, tokens: Any, bins: Weights) -> Any:
    slope = jax.grad(lambda weights: _losses(weights, tokens, bins).mean())(weights)
    change, state = _RULE.update(slope, state, weights)
    return optax.apply_updates(weights, change), state


@jax.jit
def _draw(weights: Weights, bins: Weights, chances: Any, temperature: Any, top_p: Any) -> Any:
    """Draw token after token, remembering keys and values of those before."""
    n, features = chances.shape
    width = weights["start"].shape[0]
    embedding, head = _table(weights["embedding"], bins), _table(weights["head"], bins)
    empty = jnp.zeros((n, features, HEADS, width // HEADS))

    def step(carried: Any, feature: Any) -> Any:
        before, memory = carried
        x = (before + weights["place"][feature])[:, jnp.newaxis]
        kept = []
        for layer, (keys, values) in zip(weights["layers"], memory, strict=True):
            x, remembered = _through(
                layer,
                x,
                partial(_beside, keys, values, feature),
                jnp.arange(features) <= feature,
            )
            kept.append(remembered)
        logits = _normed(x[:, 0], weights["scale"]) @ head[feature].T + weights["bias"][feature]
        law = jax.nn.softmax(jnp.where(bins["real"][feature], logits / temperature, WEAK))
        token = _chosen(_likeliest(law, top_p), chances[:, feature])
        return (embedding[feature, token], kept), token

    first = jnp.broadcast_to(weights["start"], (n, width))
    _, tokens = jax.lax.scan(step, (first, [(empty, empty)] * len(weights["layers"])), jnp.arange(features))
    return tokens.T


def _beside(keys: Any, values: Any, feature: Any, key: Any, value: Any) -> tuple[Any, Any]:
    return keys.at[:, feature].set(key[:, 0]), values.at[:, feature].set(value[:, 0])


def _likeliest(law: Any, top_p: Any) -> Any:
    """Keep the likeliest tokens until they hold top_p together; returns weights, not scaled to 1."""
    order = jnp.argsort(-law, axis=-1)
    sorted_law = jnp.take_along_axis(law, order, axis=-1)
    ahead = jnp.cumsum(sorted_law, axis=-1) - sorted_law  # of likelier tokens
    kept = jnp.where(ahead < top_p, sorted_law, 0.0)
    return jnp.take_along_axis(kept, jnp.argsort(order, axis=-1), axis=-1)


def _chosen(law: Any, chance: Any) -> Any:
    """Draw a token by inverting the cumulated law."""
    total = jnp.cumsum(law, axis=-1)
    below_one = chance[:, jnp.newaxis] * (1 - 1e-6)  # however single precision has rounded it
    return jnp.argmax(total > below_one * total[:, -1:], axis=-1)
