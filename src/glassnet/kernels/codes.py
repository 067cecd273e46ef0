"""The numbers by which compiled loops know activations, losses and optimizers.

A compiled loop cannot look up a name; `glassnet.functions` ties each name to its number here.
"""

from typing import Final

# Activations
IDENTITY: Final = 0
TANH: Final = 1
LOGISTIC: Final = 2
RELU: Final = 3
LEAKY_RELU: Final = 4
ELU: Final = 5
SOFTMAX: Final = 6

# Losses
ABSOLUTE: Final = 0
SQUARED: Final = 1
HUBER: Final = 2
CROSS_ENTROPY: Final = 3
BINARY_CROSS_ENTROPY: Final = 4

# Optimizers
SGD: Final = 0
MOMENTUM: Final = 1
NESTEROV: Final = 2
RMSPROP: Final = 3
ADAM: Final = 4
ADAMW: Final = 5

# How far a step goes: to losses and right answers, to the gradient, or to new parameters
JUDGE: Final = 0
DIFFERENTIATE: Final = 1
LEARN: Final = 2
