"""Products of matrices: nearly all the time of a training goes here.

In each loop the innermost index runs along memory, so that the compiler works on as many numbers at
once as the machine can; and each sum is taken in the same order however many examples there are, so
that an example alone gives the same bits as in a batch.
"""

from __future__ import annotations

from glassnet.kernels.compiling import kernel

__all__ = ["add_product", "add_product_turned", "turn"]


@kernel
def add_product(left, right, result):
    """Result += left right, for shapes (r, k), (k, c) and (r, c)."""
    for k in range(right.shape[0]):
        for r in range(left.shape[0]):
            factor = left[r, k]
            for c in range(right.shape[1]):
                result[r, c] += factor * right[k, c]


@kernel
def add_product_turned(left, right, result):
    """Result += leftᵀ right, for shapes (k, r), (k, c) and (r, c)."""
    for r in range(left.shape[1]):
        for k in range(left.shape[0]):
            factor = left[k, r]
            for c in range(right.shape[1]):
                result[r, c] += factor * right[k, c]


@kernel
def turn(matrix, result):
    """Result = matrixᵀ."""
    for r in range(matrix.shape[0]):
        for c in range(matrix.shape[1]):
            result[c, r] = matrix[r, c]
