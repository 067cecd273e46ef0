"""The arithmetic in compiled loops; the only room that knows Numba.

Each loop is ordinary Python under the decorator `glassnet.kernels.compiling.kernel`, and
`glassnet.kernels.compiling.interpret` gives the same source as plain Python. To read them in order:

- `layers` (the table that drives every loop) and `codes`; `lanes`, `fours` and `arithmetic` (what a number
  is, and what can be done with one), `elementary`, `random_numbers`, `activations`, `losses`, `answers`,
  `updates`;
- `small`, a whole training step of a small network on two pages; `alone`, the same for an example at a time,
  and `side_by_side`, for many networks at once; `structures`, what loops work in;
- for networks of any size `registers`, `panels`, `tile` and `products` (with `transposing` and `rows`, and
  with `pairs` and `factors` where bf16 numbers are multiplied), `passes` (forward and backward), `judging`,
  `threads` and `crew`, and `steps`, which puts them together; for outputs alone `standby` and `predicting`.

What Numba does not offer is written in the words of `llvm`; how functions become loops stands in `compiling`,
`pieces`, `translating` and `shortcuts`.

Importing this package alone imports no Numba; `codes` can be had without it.
"""
