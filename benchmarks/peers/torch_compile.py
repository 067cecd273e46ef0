"""PyTorch with `torch.compile` around the loss and around the optimizer's step."""

from __future__ import annotations

import functools

from benchmarks.peers import torch_

trainer = functools.partial(torch_.trainer, compiled=True)
predictor = functools.partial(torch_.predictor, compiled=True)
many = functools.partial(torch_.many, compiled=True)
