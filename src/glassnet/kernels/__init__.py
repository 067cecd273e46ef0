"""The arithmetic in compiled loops; the only room that knows Numba.

Each loop is ordinary Python under the decorator `glassnet.kernels.compiling.kernel`, and
`glassnet.kernels.compiling.interpret` gives the same source as plain Python. To read them in order:
`layers` (the table that drives every loop), `products`, `activations`, `passes` (forward and
backward), `losses`, `updates`, and `steps`, which puts them together.

Importing this package alone imports no Numba; `codes` can be had without it.
"""
