"""A small autoregressive transformer over quantile-binned features, trained from scratch."""

from __future__ import annotations

import numbers
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.random import Generator as Stream
from numpy.typing import NDArray

from synthsize.balance.checks import check_count, check_positive
from synthsize.balance.generators.bins import QuantileBins
from synthsize.balance.generators.model import ModelGenerator, logger
from synthsize.catalogue.extras import check_installed
from synthsize.errors import InputError

ENTRY = {
    "class": "Transformer",
    "label": "Transformer from scratch",
    "words": "draws the binned features one after another from a small network trained on the minority rows alone, "
    "without pretrained weights",
    "settings": "{layers:layer/layers} of width {width}, {bins:bin/bins}, at most {epochs:epoch/epochs}, "
    "temperature {temperature:g}, top p {top_p:g}",
    "order": 58,
    "cost": "minutes per fit: epochs x n1 x features tokens",
    "needs": ["jax", "optax"],
    "parameters": {
        "epochs": {
            "type": "integer",
            "minimum": 1,
            "default": 100,
            "description": "passes through the rows at most; the one with the lowest held-out loss counts",
        },
        "temperature": {
            "type": "number",
            "exclusiveMinimum": 0,
            "default": 1.0,
            "description": "below 1 frequent bins get more frequent, above 1 rarer",
        },
        "top_p": {
            "type": "number",
            "exclusiveMinimum": 0,
            "maximum": 1,
            "default": 1.0,
            "description": "probability of the likeliest bins that are drawn from; 1 draws from all",
        },
        "bins": {"type": "integer", "minimum": 2, "default": 20, "description": "quantile bins per feature"},
        "layers": {"type": "integer", "minimum": 1, "default": 2, "description": "layers"},
        "width": {
            "type": "integer",
            "minimum": 4,
            "multipleOf": 4,
            "default": 64,
            "description": "numbers per feature in each layer, shared by four heads",
        },
        "random_state": {
            "type": "integer",
            "minimum": 0,
            "default": 0,
            "description": "seed of the training",
        },
    },
}

PATIENCE = 10  # epochs without a lower held-out loss that end the training
LEAST_GAIN = 1e-3  # nats per feature


@dataclass(eq=False)
class Transformer(ModelGenerator):
    """Draws rows feature by feature from a transformer trained on the binned minority rows.

    A row is written as one token per feature, its quantile bin, in the order of the columns; a feature of at most
    `bins` values has a bin per value. The network, a decoder with causal attention [1]_, learns each token's law given
    those before it, as GReaT [2]_ does with a language model; but it is small, starts from random weights, and learns
    from these rows alone. A tenth of the rows is held out: training ends when their loss no longer falls, and the
    weights of the lowest loss are kept. Within its bin a value is drawn from the interpolated quantiles of the rows,
    so that none lies outside their range.

    It runs on the CPU in single precision. The same seed gives the same rows on the same machine and version of JAX;
    elsewhere rounding may differ, and with it a token.

    Parameters
    ----------
    epochs : int
    temperature : float
        Divides the logits of each token.
    top_p : float
        Probability of the likeliest tokens that are drawn from.
    bins : int
    layers, width : int
        Of the network; `width` a multiple of its four heads.

    Attributes
    ----------
    losses_ : list of float
        Held-out loss after each epoch, in nats per feature.

    References
    ----------
    .. [1] Vaswani et al. (2017), NeurIPS 30, 5998-6008.
    .. [2] Borisov, Sessler, Leemann, Pawelczyk and Kasneci (2023), ICLR.
    """

    least_rows: ClassVar[int] = 20
    epochs: int = 100
    temperature: float = 1.0
    top_p: float = 1.0
    bins: int = 20
    layers: int = 2
    width: int = 64

    def __post_init__(self) -> None:
        """Reject impossible settings."""
        super().__post_init__()
        for name, least in (("epochs", 1), ("bins", 2), ("layers", 1), ("width", 4)):
            check_count(name, getattr(self, name), least)
        check_positive("temperature", self.temperature)
        if not isinstance(self.top_p, numbers.Real) or not 0 < self.top_p <= 1:
            raise InputError(f"top_p must lie above 0 and be 1 at most, not {self.top_p!r}")
        if self.width % 4:
            raise InputError(f"width must be a multiple of 4, the heads that share it, not {self.width!r}")

    def _train(self, rows: NDArray[np.float64], stream: Stream) -> None:
        check_installed("generator transformer", ENTRY["needs"])  # type: ignore[arg-type]
        from synthsize.balance.generators.network import Network

        self._bins = QuantileBins(rows, self.bins)
        tokens = stream.permutation(self._bins.tokens(rows))
        held_out, seen = np.split(tokens, [max(2, len(tokens) // 10)])
        network = Network(self._bins.counts, self.layers, self.width, stream)
        self._weights, self.losses_ = network.weights, [network.loss(held_out)]
        best = 0
        for epoch in range(1, self.epochs + 1):
            network.learn(seen, stream)
            self.losses_.append(network.loss(held_out))
            if self.losses_[-1] < self.losses_[best] - LEAST_GAIN:
                best, self._weights = epoch, network.weights
            if epoch % 10 == 0:
                logger.info(
                    "transformer: epoch %d, held-out loss %.3f nats per feature", epoch, self.losses_[-1]
                )
            if epoch - best >= PATIENCE:
                break
        else:
            self._record(
                "not_converged",
                f"the transformer's held-out loss was lowest after epoch {best} of {self.epochs}: more may be needed",
            )

    def _draw_block(self, n: int, stream: Stream) -> NDArray[np.float64]:
        from synthsize.balance.generators.network import draw_tokens

        chances = stream.random((n, len(self._bins.counts)))
        tokens = draw_tokens(self._weights, self._bins.counts, chances, self.temperature, self.top_p)
        return self._bins.values(tokens, stream.random(tokens.shape))
