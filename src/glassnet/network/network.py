"""The network: sizes, one vector of parameters with views by layer, and the answers that it gives."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.checks import matrix, number, vector, whole_number
from glassnet.data import Columns, input_names
from glassnet.errors import SettingError, ShapeError
from glassnet.kernels import structures
from glassnet.memory import aligned_zeros, make_sure_of_memory
from glassnet.network import arguments, layout, running
from glassnet.network.answers import Classification, Evaluation, classify_outputs
from glassnet.network.evaluating import evaluate
from glassnet.network.trace import Trace

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import ArrayLike, DTypeLike, NDArray

    from glassnet.data import Camera, Dataset

__all__ = ["Network"]


class Network:
    """Layers of neurons: each takes a weighted sum of the layer before and squashes it.

    ``weighted_sums = outputs_before @ weights + biases;  outputs = activation(weighted_sums)``

    Layers are numbered from 1 (the input is layer 0), neurons from 0.

    Parameters
    ----------
    sizes : sequence of int
        How many inputs, then how many neurons in each layer.
    activations : str or sequence of str, optional
        One for all layers or one a layer, see `glassnet.functions.ACTIVATIONS`. Without it: relu, and
        for the last layer softmax where there are `categories`, else identity.
    biases : bool or sequence of bool
        Whether a layer's neurons have one.
    connections : sequence of (array of bool, shape (n_inputs, n_neurons), or None), optional
        Which connections exist, by layer; a missing one has weight 0 and stays missing in training.
    dropout : float or sequence of float
        The share of a layer's outputs that training sets to 0; one number is meant for all layers but
        the last.
    initial_weights : str or sequence of str, optional
        See `glassnet.functions.INITIAL_WEIGHTS`; without it He's for rectifiers, Glorot's for others.
    loss : str, optional
        See `glassnet.functions.LOSSES`; without it the one that goes with the last activation.
    categories : sequence of str, optional
        The names of the outputs.
    encoder : Camera or Columns, optional
        How a picture or a row of a table becomes inputs; `glassnet.data` has both.
    dtype : {"float64", "float32"}, optional
        Without it float64 up to 10,000 parameters, float32 above.
    seed : int
        Of the initial weights.

    Raises
    ------
    SettingError, ChoiceError, ShapeError
        With the place, what came and what was expected.

    Examples
    --------
    >>> network = Network([4, 3, 2], activations="tanh", seed=1)
    >>> network.n_parameters, network.weights(1).shape
    (23, (4, 3))
    >>> network.predict([[0.5, 0.0, 0.75, -0.75]]).shape
    (1, 2)
    """

    def __init__(
        self,
        sizes: Sequence[int],
        activations: str | Sequence[str] | None = None,
        *,
        biases: bool | Sequence[bool] = True,
        connections: Sequence[NDArray[Any] | None] | None = None,
        dropout: float | Sequence[float] = 0.0,
        initial_weights: str | Sequence[str] | None = None,
        loss: str | None = None,
        categories: Sequence[str] | None = None,
        encoder: Camera | Columns | None = None,
        dtype: DTypeLike | None = None,
        seed: int = 0,
    ) -> None:
        self.sizes = arguments.read_sizes(sizes)
        n_layers = len(self.sizes) - 1
        self.categories = arguments.read_categories(categories, self.sizes[-1])
        self.activations = arguments.read_activations(
            activations, n_layers, classifying=self.categories is not None
        )
        self.layers = layout.build_table(
            self.sizes,
            self.activations,
            arguments.per_layer(biases, n_layers, "biases"),
            arguments.read_dropout(dropout, n_layers),
        )
        self.initial_weights = arguments.read_initial_weights(initial_weights, self.activations)
        self.loss = arguments.read_loss(loss, self.activations[-1])
        self.encoder = arguments.read_encoder(encoder, self.sizes[0])
        n_parameters = int(self.layers[-1]["biases"] + self.layers[-1]["n_biases"])
        dtype = arguments.read_dtype(dtype, n_parameters)
        make_sure_of_memory(
            n_parameters * dtype.itemsize,
            f"network {self.name} ({n_parameters:,} parameters, {dtype})",
            "take smaller layers",
        )
        self.parameters: NDArray[Any] = aligned_zeros(n_parameters, dtype)
        self.connected = layout.connection_vector(connections, self.layers, n_parameters)
        self.redraw(seed)

    @classmethod
    def drawn_four_pixel(cls) -> Network:
        """Return the network that the slides draw: 4-4-4-8-4, weights -1, 0 and 1, no biases.

        It sorts the eight patterns of the four pixel camera without ever having been trained.

        References
        ----------
        .. [1] B. Rohrer, "How neural networks work", 2017.

        Examples
        --------
        >>> network = Network.drawn_four_pixel()
        >>> network.classify([[1, 1, -1, -1]])[0].category
        'horizontal'
        """
        from glassnet.network.drawn import drawn_four_pixel

        return drawn_four_pixel()

    # What it is made of

    @property
    def n_layers(self) -> int:
        """How many layers have weights."""
        return len(self.layers)

    @property
    def n_parameters(self) -> int:
        """How many weights and biases there are, missing connections included."""
        return self.parameters.size

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of every number inside."""
        return self.parameters.dtype

    @property
    def category_names(self) -> tuple[str, ...]:
        """A name for each output: its category, the table's column that it stands for, or its number."""
        if self.categories is None and isinstance(self.encoder, Columns):
            return (self.encoder.target.name,)
        return self.categories or tuple(str(k) for k in range(self.sizes[-1]))

    @property
    def input_names(self) -> tuple[str, ...]:
        """A name for each input: its column in a table, or its number."""
        return input_names(self.encoder, self.sizes[0])

    @property
    def name(self) -> str:
        """The sizes in short, such as ``4-4-4-8-4``."""
        return "-".join(map(str, self.sizes))

    def layer(self, layer: int) -> np.void:
        """Return the row of the table of layers for a layer from 1 on.

        Raises
        ------
        SettingError
            There is no such layer.
        """
        if not isinstance(layer, int | np.integer) or not 1 <= layer <= self.n_layers:
            raise SettingError(f"layer {layer}: the network has layers 1 to {self.n_layers}")
        row: np.void = self.layers[layer - 1]
        return row

    def weights(self, layer: int) -> NDArray[Any]:
        """Return a view of a layer's weights, shape (n_inputs, n_neurons); writing to it changes them."""
        row = self.layer(layer)
        shape = int(row["n_inputs"]), int(row["n_neurons"])
        return self.parameters[row["weights"] : row["weights"] + shape[0] * shape[1]].reshape(shape)

    def biases(self, layer: int) -> NDArray[Any]:
        """Return a view of a layer's biases, shape (n_neurons,), or (0,) for a layer without."""
        row = self.layer(layer)
        return self.parameters[row["biases"] : row["biases"] + row["n_biases"]]

    def connections(self, layer: int) -> NDArray[np.bool_]:
        """Return which connections of a layer exist, shape (n_inputs, n_neurons)."""
        row = self.layer(layer)
        shape = int(row["n_inputs"]), int(row["n_neurons"])
        if not self.connected.size:
            return np.ones(shape, dtype=bool)
        return self.connected[row["weights"] : row["biases"]].reshape(shape)

    # What it does

    def run(self, inputs: ArrayLike) -> Trace:
        """Run examples through the network and keep every number on the way.

        Parameters
        ----------
        inputs : array_like, shape (n_examples, n_inputs)
            One example may come as a vector.

        Returns
        -------
        Trace
            Every weighted sum and every output of every layer.

        Raises
        ------
        ShapeError
            Another shape, or values that are not finite.
        """
        given = np.array(self._check_inputs(inputs))
        room = running.forward(self, given)
        return Trace(self.copy(), given, room.weighted_sums, room.outputs)

    def predict(self, inputs: ArrayLike) -> NDArray[Any]:
        """Return the outputs of the last layer, shape (n_examples, n_outputs).

        An example alone gives the same bits as in a batch.

        Raises
        ------
        ShapeError
            Another shape, or values that are not finite.
        """
        given: Any = inputs
        # What has the right form is tried as it is: looking for values that are not finite beforehand takes
        # longer than a small network.
        fits = type(given) is np.ndarray and given.ndim == 2 and given.flags.carray
        if fits and given.dtype == self.parameters.dtype and given.shape[1] == self.sizes[0]:
            outputs = running.predict(self, given)
            if outputs is not None:
                return outputs
        outputs = running.predict(self, self._check_inputs(inputs))
        assert outputs is not None  # the inputs were found to be finite
        return outputs

    def classify(self, inputs: ArrayLike) -> list[Classification]:
        """Return the category of each example, with margin and ties.

        Raises
        ------
        ShapeError
            Another shape, or values that are not finite.
        """
        return classify_outputs(self.predict(inputs), self.category_names)

    def evaluate(self, data: Dataset) -> Evaluation:
        """Return loss, accuracy and confusion table on a data set.

        Raises
        ------
        DataError
            The data do not fit the network.
        """
        return evaluate(self, data)

    def gradient(
        self,
        inputs: ArrayLike,
        targets: ArrayLike,
        *,
        weights: ArrayLike | None = None,
        l1: float = 0.0,
        l2: float = 0.0,
    ) -> tuple[float, NDArray[Any]]:
        """Return the loss of a batch and its slope over every parameter, by backpropagation.

        Parameters
        ----------
        inputs : array_like, shape (n_examples, n_inputs)
        targets : array_like, shape (n_examples, n_outputs)
        weights : array_like, shape (n_examples,), optional
            How much each example counts; 1 without it.
        l1, l2 : float
            Strength of the penalty ``l1 sum|w| + l2/2 sum w**2``, which is part of the loss.

        Returns
        -------
        loss : float
        gradient : ndarray, shape (n_parameters,)
            Laid out as `parameters`; 0 where a connection is missing, NaN where the loss is not finite.

        Raises
        ------
        ShapeError
            No examples, another shape, or values that are not finite.
        SettingError
            A penalty below 0.
        """
        given = self._check_inputs(inputs)
        if len(given) == 0:
            raise ShapeError("inputs: got no examples, expected at least one")
        wanted = matrix(
            targets,
            "targets",
            rows=len(given),
            columns=self.sizes[-1],
            axes=("n_examples", "n_outputs"),
            dtype=self.dtype,
        )
        shares = np.ones(len(given)) if weights is None else weights
        counted = vector(shares, "weights", size=len(given), dtype=self.dtype)
        l1, l2 = number(l1, "l1", low=0), number(l2, "l2", low=0)
        return running.gradient(self, given, wanted, counted, l1, l2)

    @property
    def loss_rule(self) -> structures.LossRule:
        """The loss as the compiled loops want it."""
        chosen = self.loss
        mean = chosen.constants["reduction"] == "mean"
        return structures.LossRule(chosen.row.code, chosen.number("threshold"), mean)

    # What can be done to it

    def __setattr__(self, name: str, value: Any) -> None:
        """Set an attribute; compiled loops would read past the end of a parameter vector that is too short.

        Raises
        ------
        ShapeError
            Other parameters that the loops cannot take.
        """
        if name == "parameters" and hasattr(self, name):
            fits = isinstance(value, np.ndarray) and value.shape == self.parameters.shape
            if not (fits and value.dtype in (np.float32, np.float64) and value.flags.carray):
                raise ShapeError(
                    f"parameters: expected a contiguous vector of {self.n_parameters:,} numbers, float32 or "
                    "float64; network.parameters[:] = values sets them in place"
                )
        super().__setattr__(name, value)

    def redraw(self, seed: int) -> None:
        """Draw new initial weights, in place.

        Raises
        ------
        SettingError
            `seed` is no whole number from 0 on.
        """
        self.seed = whole_number(seed, "seed", low=0)
        layout.draw_parameters(self.layers, self.initial_weights, self.seed, self.parameters)
        if self.connected.size:
            self.parameters[~self.connected] = 0

    def copy(self, dtype: DTypeLike | None = None) -> Network:
        """Return a network with a parameter vector of its own, of another type if one is given."""
        twin = copy.copy(self)
        dtype = self.dtype if dtype is None else arguments.read_dtype(dtype, self.n_parameters)
        make_sure_of_memory(self.n_parameters * dtype.itemsize, f"a copy of {self.name}", "one may be enough")
        twin.parameters = aligned_zeros(self.n_parameters, dtype)
        twin.parameters[:] = self.parameters
        return twin

    def save(self, path: str | os.PathLike[str], training: dict[str, Any] | None = None) -> Path:
        """Write the network to a model file, whole or not at all; see `glassnet.network.model_file`.

        Parameters
        ----------
        path : path
            A ``.safetensors`` file.
        training : dict, optional
            How it was trained, to be kept in the file's header.

        Raises
        ------
        PathError
            The file cannot be written.
        """
        from glassnet.network.model_file import save

        return save(self, path, training)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Network:
        """Read a network from a model file.

        Raises
        ------
        PathError
            There is no such file.
        ModelFileError
            It is not a whole, valid model.
        """
        from glassnet.network.model_file import load

        return load(path)

    def _check_inputs(self, inputs: ArrayLike) -> NDArray[Any]:
        given = matrix(
            inputs, "inputs", columns=self.sizes[0], axes=("n_examples", "n_inputs"), dtype=self.dtype
        )
        # Compiled loops know read-only arrays as another type, which would cost a second compilation.
        return given if given.flags.writeable else given.copy()

    def __repr__(self) -> str:
        names = ", ".join(map(str, self.activations))
        return f"<Network {self.name} ({names}), {self.n_parameters:,} parameters, loss {self.loss}>"
