"""onnxruntime: the network as one ONNX graph of Gemm, activation and Softmax nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from benchmarks.peers import Work
from benchmarks.peers.numpy_ import answers, rows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from benchmarks.cases import Case

_ACTIVATIONS = {"tanh": "Tanh", "relu": "Relu"}


def _model(case: Case) -> bytes:
    nodes, initial, before = [], [], "inputs"
    for layer, ((weights, biases), name) in enumerate(
        zip(case.weights(), (*case.hidden, None), strict=True), start=1
    ):
        initial += [
            numpy_helper.from_array(weights, f"weights{layer}"),
            numpy_helper.from_array(biases, f"biases{layer}"),
        ]
        parts = [before, f"weights{layer}", f"biases{layer}"]
        nodes.append(helper.make_node("Gemm", parts, [f"sums{layer}"]))
        before = f"sums{layer}"
        if name:
            nodes.append(helper.make_node(_ACTIVATIONS[name], [before], [f"outputs{layer}"]))
            before = f"outputs{layer}"
    nodes.append(helper.make_node("Softmax", [before], ["outputs"]))

    def port(name: str, width: int) -> Any:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, width])

    ends = [port("inputs", case.sizes[0])], [port("outputs", case.sizes[-1])]
    graph = helper.make_graph(nodes, "network", *ends, initial)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 9
    return bytes(model.SerializeToString())


def predictor(case: Case, n_rows: int, threads: int) -> Work:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(_model(case), options, providers=["CPUExecutionProvider"])
    inputs = rows(case, n_rows)

    def call() -> NDArray[np.float32]:
        return session.run(None, {"inputs": inputs})[0]

    return Work(call, 1, lambda: answers(call()))
