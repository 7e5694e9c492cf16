"""What every clusterer shares: parameters by name, and labels of checked rows."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Self

import numpy as np

from catalog.arrays import FloatMatrix
from catalog.errors import UnknownName
from clustering.contract import Labels
from clustering.numerics.checks import checked_rows


@dataclass(eq=False)
class Algorithm:
    """A clusterer by scikit-learn's contract; its parameters are the dataclass's init fields.

    Subclasses give ``_check`` (parameters against the number of rows) and ``_fit``.
    """

    labels_: Labels = field(init=False, repr=False)

    def fit(self, X: FloatMatrix, y: None = None) -> Self:  # noqa: ARG002, N803
        """Group the rows of ``X``, shape (n, dim); raises UsageError for what cannot be grouped."""
        rows = checked_rows(X)
        self._check(len(rows))
        self.labels_ = np.asarray(self._fit(rows), dtype=np.int32)
        return self

    def fit_predict(self, X: FloatMatrix, y: None = None) -> Labels:  # noqa: ARG002, N803
        """Return the label of each row of ``X``, int32, shape (n,); -1 is noise."""
        return self.fit(X).labels_

    def get_params(self, deep: bool = True) -> dict[str, Any]:  # noqa: ARG002
        """Return the parameters by name."""
        return {
            parameter.name: getattr(self, parameter.name)
            for parameter in fields(self)
            if parameter.init
        }

    def set_params(self, **params: Any) -> Self:
        """Change parameters; raises UnknownName."""
        current = self.get_params()
        for name, value in params.items():
            if name not in current:
                raise UnknownName(f"parameter of {type(self).__name__}", name, current)
            setattr(self, name, value)
        return self

    def _check(self, n: int) -> None:
        raise NotImplementedError

    def _fit(self, rows: FloatMatrix) -> Labels:
        raise NotImplementedError
