"""Backpropagation in plain NumPy, and the faults that people build into it: a gradient check finds each.

One fault of the kind has no place here: Adam's step counted once an example in place of once an update.
Its gradient is right, and only the update that follows is wrong; training beside another library shows it.
"""

from functools import partial

import numpy as np

SQUASHES = {"identity": lambda z: z, "tanh": np.tanh, "relu": lambda z: np.maximum(z, 0)}
SLOPES = {
    "identity": np.ones_like,
    "tanh": lambda output: 1 - output**2,
    "relu": lambda output: (output > 0).astype(float),
}


def gradient(network, inputs, targets, *, slopes=SLOPES, share=None, learning_rate=0.0):
    """Return the slope of a mean squared error over every parameter.

    `slopes` are those of the squashes over their outputs; `share` is that of an example in the loss; with a
    `learning_rate` each layer's weights are updated before the error is handed back through them.
    """
    names = [chosen.name for chosen in network.activations]
    outputs = [inputs]
    for layer, name in enumerate(names, start=1):
        sums = outputs[-1] @ network.weights(layer)
        outputs.append(SQUASHES[name](sums + network.biases(layer) if network.biases(layer).size else sums))
    found = network.copy()  # laid out as the parameters
    grads = 2 * (outputs[-1] - targets) * (1 / len(inputs) if share is None else share)
    for layer in range(network.n_layers, 0, -1):
        grads = grads * slopes[names[layer - 1]](outputs[layer])
        found.weights(layer)[:] = outputs[layer - 1].T @ grads
        found.biases(layer)[:] = grads.sum(axis=0)[: network.biases(layer).size]
        network.weights(layer)[:] -= learning_rate * found.weights(layer)
        grads = grads @ network.weights(layer).T
    return found.parameters


FAULTS = {
    "weights updated inside the backward pass": partial(gradient, learning_rate=0.1),
    "tanh applied twice in its slope": partial(
        gradient, slopes={**SLOPES, "tanh": lambda output: 1 - np.tanh(output) ** 2}
    ),
    "a mean error with the slope of a sum": partial(gradient, share=1),
    "a ReLU whose slope is 1 everywhere": partial(gradient, slopes={**SLOPES, "relu": np.ones_like}),
}
