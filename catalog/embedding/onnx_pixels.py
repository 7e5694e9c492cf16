"""An ONNX model that is fed images: how they are prepared, batched, and tried once beforehand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from catalog.arrays import RgbImage
from catalog.embedding.onnx_model import (
    ImageSection,
    ModelToml,
    Resize,
    open_session,
    require_name,
)
from catalog.errors import ModelNotFound


class PixelModel:
    """Runs a model on the CPU on images prepared as ``section`` says; several threads may use it.

    ``check`` gets the shape of an output and the number of images it is of, and raises ModelNotFound
    where the two do not fit. ``threads`` None means OMP_NUM_THREADS, else all cores of this process.
    """

    def __init__(
        self,
        model: ModelToml,
        section: ImageSection,
        check: Callable[[tuple[int, ...], int], None],
        *,
        batch_size: int,
        threads: int | None = None,
    ) -> None:
        self._model, self._section, self._check = model, section, check
        self._session = open_session(model, threads)
        inputs = {node.name: node for node in self._session.get_inputs()}
        require_name(model, "input", section.input, list(inputs))
        rows = inputs[section.input].shape[0]
        self.fixed_rows = rows if isinstance(rows, int) else 0
        """Images that the model wants at once; 0 where it takes any number."""
        self.batch_size = self.fixed_rows or batch_size
        """Images that are run together."""
        self._try_once()

    def outputs(self, images: Sequence[RgbImage]) -> Iterator[NDArray[np.float32]]:
        """Yield what the model says of each batch of images, shape (images of the batch, ...)."""
        for start in range(0, len(images), self.batch_size):
            batch = images[start : start + self.batch_size]
            yield self._run(np.stack([model_input(image, self._section) for image in batch]))

    def _run(self, pixels: NDArray[np.float32]) -> NDArray[np.float32]:
        rows = len(pixels)
        if rows < self.fixed_rows:
            filler = np.zeros((self.fixed_rows - rows, *pixels.shape[1:]), np.float32)
            pixels = np.concatenate([pixels, filler])
        (output,) = self._session.run([self._model.output], {self._section.input: pixels})
        outputs = np.asarray(output, np.float32)
        self._check(outputs.shape, len(pixels))
        return outputs[:rows]

    def _try_once(self) -> None:
        """Find out now, not in the middle of a run, that the model does not take such images."""
        grey = np.full((8, 8, 3), 128, np.uint8)
        try:
            list(self.outputs([grey]))
        except ModelNotFound:
            raise
        except Exception as error:
            reason = " ".join(str(error).split())
            raise ModelNotFound(
                f"model {self._model.name!r} does not take float32 images of shape"
                f" (n, 3, {self._section.size}, {self._section.size}): {reason}"
            ) from None


def model_input(image: RgbImage, section: ImageSection) -> NDArray[np.float32]:
    """Return what the model is fed of one image, shape (3, size, size)."""
    pixels = fit_square(image, section.size, section.resize).astype(np.float32)
    pixels -= np.asarray(section.mean, np.float32)
    pixels /= np.asarray(section.std, np.float32)
    return pixels.transpose(2, 0, 1)


def fit_square(image: RgbImage, size: int, how: Resize) -> RgbImage:
    """Return the image as (size, size, 3): stretched, its middle cut out, or padded with grey."""
    if how == "stretch":
        return _resize(image, size, size)
    height, width = image.shape[:2]
    side = min(height, width) if how == "crop" else max(height, width)
    if how == "crop":
        top, left = (height - side) // 2, (width - side) // 2
        return _resize(image[top : top + side, left : left + side], size, size)
    inner_height = max(1, round(height * size / side))
    inner_width = max(1, round(width * size / side))
    square = np.full((size, size, 3), 128, np.uint8)
    top, left = (size - inner_height) // 2, (size - inner_width) // 2
    inner = _resize(image, inner_width, inner_height)
    square[top : top + inner_height, left : left + inner_width] = inner
    return square


def _resize(image: RgbImage, width: int, height: int) -> RgbImage:
    """Return the image resized; area averages when it shrinks, since bilinear then skips pixels."""
    if image.shape[:2] == (height, width):
        return image
    shrinks = image.shape[0] > height or image.shape[1] > width
    how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(np.ascontiguousarray(image), (width, height), interpolation=how))
