"""The arithmetic in compiled loops; the only room that knows Numba.

Each loop is ordinary Python under the decorator `glassnet.kernels.compiling.kernel`, and
`glassnet.kernels.compiling.interpret` gives the same source as plain Python. To read them in order:

- `layers` (the table that drives every loop), `lanes` and `arithmetic` (what a number is, and what can be
  done with one), `elementary`, `activations`, `losses`, `updates`;
- `small`, a whole training step of a small network on two pages;
- for networks of any size `registers`, `panels`, `tile` and `products`, `passes` (forward and backward),
  `threads`, and `steps`, which puts them together; for outputs alone `standby` and `predicting`.

What Numba does not offer is written in the words of `llvm`; how functions become loops stands in `compiling`
and `pieces`.

Importing this package alone imports no Numba; `codes` can be had without it.
"""
