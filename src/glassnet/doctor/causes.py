"""Why each fault is bad, in plain words; which chapter of the story tells it; where to read more."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["CAUSES", "CHAPTERS", "Cause"]


class Cause(NamedTuple):
    """What stands behind a finding."""

    words: str
    chapter: int
    reference: str


_CAMERA, _SIMPLE, _NEURON, _ERRORS, _DESCENT = 1, 3, 4, 9, 10
_BACKPROPAGATION, _TRAINING, _GOTCHAS, _TIPS = 14, 15, 19, 20

# Number and title as in the story of the page, glassnet/web/static/chapters.js; a test compares them.
CHAPTERS = {
    _CAMERA: "The camera",
    _SIMPLE: "Simple rules fail",
    _NEURON: "A neuron",
    _ERRORS: "Errors",
    _DESCENT: "Going downhill",
    _BACKPROPAGATION: "Backpropagation",
    _TRAINING: "Training from scratch",
    _GOTCHAS: "What can go wrong",
    _TIPS: "Tips",
}
"""The chapters of the page's story that tell of a fault."""

_GOODFELLOW = "Goodfellow, Bengio, Courville, Deep Learning (2016), section "
_BACKPROP = "LeCun, Bottou, Orr, Müller, Efficient BackProp (1998), section "
_KARPATHY = "Karpathy, Yes you should understand backprop (2016)"
_MARKOU = "Markou, The Black Magic of Deep Learning (2017)"
_GLOROT = "Glorot, Bengio, Understanding the difficulty of training deep networks (2010)"

CAUSES: dict[str, Cause] = {
    # The data
    "inputs unscaled": Cause(
        "An input that is much larger than the others rules every weighted sum: squashes saturate, and one "
        "learning rate cannot suit all weights.",
        _CAMERA,
        _BACKPROP + "4.3",
    ),
    "constant inputs": Cause(
        "An input that never changes tells nothing; its weights are a second bias.",
        _CAMERA,
        _BACKPROP + "4.3",
    ),
    "duplicated inputs": Cause(
        "Two inputs that always agree share one piece of information between two weights, which learn twice "
        "as fast as the others and cannot be told apart.",
        _CAMERA,
        _BACKPROP + "4.3",
    ),
    "duplicated examples": Cause(
        "An example that stands there many times counts many times, and there are fewer examples than it "
        "seems.",
        _SIMPLE,
        _GOODFELLOW + "5.1",
    ),
    "leaking examples": Cause(
        "The network is judged by examples that it has seen: it may know them by heart, and the result is "
        "better than the truth.",
        _TIPS,
        "Kaufman, Rosset, Perlich, Leakage in data mining (2012)",
    ),
    "labels shuffled": Cause(
        "Many examples carry another answer than the examples that look just like them. What can be learned "
        "from that is mostly noise, learned by heart.",
        _SIMPLE,
        "Zhang, Bengio, Hardt, Recht, Vinyals, Understanding deep learning requires rethinking generalization"
        " (2017)",
    ),
    "labels imbalanced": Cause(
        "A category with few examples adds little to the loss: to ignore it costs almost nothing.",
        _ERRORS,
        "He, Garcia, Learning from imbalanced data (2009)",
    ),
    "labels missing": Cause(
        "A category without a single example can never be learned; its output only learns to stay low.",
        _ERRORS,
        _GOODFELLOW + "5.1",
    ),
    "labels contradictory": Cause(
        "The same inputs are wanted to give different answers; no function can do that, so the loss cannot "
        "become 0.",
        _SIMPLE,
        _GOODFELLOW + "5.2",
    ),
    "equal inputs, different numbers": Cause(
        "What differs between examples with equal inputs cannot be learned from these inputs: the loss stays "
        "above 0, and the error of each answer about as large as that difference.",
        _SIMPLE,
        _GOODFELLOW + "5.2",
    ),
    "too little data": Cause(
        "With many more weights than examples, each example can be learned by heart without learning what "
        "they have in common.",
        _TIPS,
        _GOODFELLOW + "5.2",
    ),
    # The network
    "wrong pair of activation and loss": Cause(
        "The slope of the loss is multiplied by the slope of the last squash; where the pair does not fit, "
        "the product is nearly 0 just where the answer is most wrong, or the answer cannot be reached.",
        _ERRORS,
        _GOODFELLOW + "6.2.2",
    ),
    "logits squashed twice": Cause(
        "What goes into the last squash was squashed before, so it lies in a small range: the answers can "
        "never become sure, and slopes are multiplied by one more small number.",
        _NEURON,
        _KARPATHY,
    ),
    "odd network on an even problem": Cause(
        "Without biases and with odd squashes only, turning the sign of all inputs turns the sign of every "
        "sum: a picture and its negative can never get the same answer.",
        _SIMPLE,
        "Rohrer, How neural networks work (2017): the rectified pair breaks the oddness",
    ),
    "too few neurons": Cause(
        "All that is known of an example must pass through the narrowest layer. What does not fit through "
        "is lost, however long one trains.",
        _NEURON,
        _GOODFELLOW + "5.2",
    ),
    "dropout on a tiny layer": Cause(
        "Of a layer of few neurons, dropout leaves almost nothing: the message is lost in most steps.",
        _TIPS,
        "Srivastava and others, Dropout (2014), appendix A; " + _MARKOU,
    ),
    # The start
    "symmetric initial weights": Cause(
        "Neurons that start alike get the same gradient and stay alike: the layer is a single neuron.",
        _BACKPROPAGATION,
        _GOODFELLOW + "8.4",
    ),
    "initial weights too large": Cause(
        "Large sums drive squashes to where they are flat, or the loss and its gradient beyond all measure.",
        _TRAINING,
        _GLOROT,
    ),
    "initial weights too small": Cause(
        "Each layer makes the numbers smaller, forward and backward: the last layers hear nothing, and the "
        "first ones learn nothing.",
        _TRAINING,
        _GLOROT,
    ),
    # The training
    "loss not finite": Cause(
        "A number became too large to be written down, and everything that is computed from it is lost.",
        _DESCENT,
        _GOODFELLOW + "4.1",
    ),
    "learning rate too high": Cause(
        "Each step jumps over the valley it should go down into: the loss goes up and down, or up for ever.",
        _DESCENT,
        _GOODFELLOW + "8.3.1",
    ),
    "learning rate too low": Cause(
        "The steps are so small that the weights hardly leave the place where they were drawn.",
        _DESCENT,
        _GOODFELLOW + "8.3.1",
    ),
    "batch too large": Cause(
        "A batch that holds much of the data makes few steps an epoch: all of them together do not lead far.",
        _DESCENT,
        _BACKPROP + "4.1",
    ),
    "batch too small": Cause(
        "The gradient of one or two examples points nearly anywhere; with this learning rate the weights are "
        "driven about by chance.",
        _DESCENT,
        _BACKPROP + "4.1",
    ),
    "data never shuffled": Cause(
        "The examples come category by category: each batch teaches one answer and unlearns the others.",
        _TIPS,
        _BACKPROP + "4.2; " + _MARKOU,
    ),
    "clipping that kills the gradient": Cause(
        "Every gradient is far longer than it may be and is cut down to nearly nothing: only its direction "
        "is left, and the steps are tiny.",
        _GOTCHAS,
        _GOODFELLOW + "10.11.1; " + _KARPATHY,
    ),
    "regulariser too strong": Cause(
        "The penalty on the weights is a larger part of what is minimised than the errors: small weights are "
        "then better than right answers.",
        _TIPS,
        _GOODFELLOW + "7.1",
    ),
    "absolute error stalls": Cause(
        "The slope of an absolute error is 1 however small the error: steps do not become smaller near the "
        "goal, and of many outputs the answer 0 is the safe middle.",
        _ERRORS,
        "Huber, Robust estimation of a location parameter (1964)",
    ),
    "saturated squashes": Cause(
        "A squash is flat at both ends. There its slope is almost 0, and every chain of factors that goes "
        "through it is too.",
        _GOTCHAS,
        _KARPATHY,
    ),
    "vanishing gradients": Cause(
        "A chain multiplies one slope for each layer; the slope of a logistic squash is at most 0.25. After "
        "many layers nothing is left for the first weights.",
        _GOTCHAS,
        "Hochreiter, The vanishing gradient problem (1998); " + _KARPATHY,
    ),
    "exploding gradients": Cause(
        "A chain multiplies one weight for each layer; where they are large the product grows and grows.",
        _GOTCHAS,
        "Pascanu, Mikolov, Bengio, On the difficulty of training recurrent networks (2013); " + _KARPATHY,
    ),
    "dead ReLUs": Cause(
        "A ReLU whose sum is below 0 for every example answers 0 and has the slope 0: it never learns again.",
        _GOTCHAS,
        _KARPATHY,
    ),
    "loss stuck at chance": Cause(
        "The answers are no better than the most frequent one: nothing that tells the examples apart got "
        "through.",
        _TRAINING,
        _MARKOU + ": first overfit a tiny subset",
    ),
    "underfitting": Cause(
        "The network does not even fit the examples that it learned from as well as a simple rule does.",
        _TRAINING,
        _GOODFELLOW + "5.2",
    ),
    "overfitting": Cause(
        "The network goes on learning its examples by heart after it has learned what they have in common; "
        "on new ones it becomes worse.",
        _TIPS,
        _GOODFELLOW + "5.2, 7.8",
    ),
}
