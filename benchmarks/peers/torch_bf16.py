"""PyTorch with its own bf16 mode: `torch.autocast` around network and loss."""

from __future__ import annotations

import functools

from benchmarks.peers import torch_

trainer = functools.partial(torch_.trainer, bf16=True)
