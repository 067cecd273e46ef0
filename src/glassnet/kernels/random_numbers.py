"""Random numbers without a state: each is a function of a key and a counter.

So a run can stop anywhere and go on with exactly the numbers that would have come.
"""

from __future__ import annotations

import numpy as np

from glassnet.kernels.compiling import kernel

__all__ = ["draw", "dropout_key", "is_kept", "kept_neurons", "shuffled_rows"]

# What a number is drawn for; keys of different purposes are unrelated.
_SHUFFLE = 1
_DROPOUT = 2

_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_30, _27, _31 = np.uint64(30), np.uint64(27), np.uint64(31)


@kernel
def draw(key, counter):
    """64 random bits: number `counter` of the sequence `key`; also the key of a new sequence.

    The SplitMix64 generator, which reaches any of its numbers directly [1]_.

    References
    ----------
    .. [1] G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
    """
    bits = key + (np.uint64(counter) + np.uint64(1)) * _STEP
    bits = (bits ^ (bits >> _30)) * _FIRST
    bits = (bits ^ (bits >> _27)) * _SECOND
    return bits ^ (bits >> _31)


@kernel
def dropout_key(key, step):
    """The sequence of a step, from the key of a run; its number k is the key of layer k."""
    return draw(draw(key, _DROPOUT), step)


@kernel
def is_kept(layer_key, place, share):
    """Whether dropout, which leaves out a share of all, keeps the neuron at a place of a layer's batch."""
    # Of 53 random bits, taken as a whole number, that share of all numbers lies below this one.
    return draw(layer_key, place) >> np.uint64(11) >= np.uint64(share * 2.0**53)


@kernel
def kept_neurons(key, step, layer, row, share, kept):
    """Fill `kept` (n_neurons,) with whether a step of a run keeps each neuron of a layer, for an example."""
    layer_key = draw(dropout_key(key, step), layer)
    for j in range(kept.size):
        kept[j] = is_kept(layer_key, row * kept.size + j, share)


@kernel
def shuffled_rows(key, first_epoch, rows):
    """Fill `rows` (n_epochs, n_examples) with the order of the examples in each epoch.

    Each epoch has an order of its own, by Fisher's and Yates' shuffle: every order is equally likely
    up to the 64 bits of a draw.
    """
    n_epochs, n_examples = rows.shape
    for e in range(n_epochs):
        epoch_key = draw(draw(key, _SHUFFLE), first_epoch + e)
        for k in range(n_examples):
            other = np.int64(draw(epoch_key, k) % np.uint64(k + 1))
            rows[e, k] = rows[e, other]
            rows[e, other] = k
