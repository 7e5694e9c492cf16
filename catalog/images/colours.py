"""Colours of an opened image to RGB, 8 bits a channel."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_DEPTHS = (8, 10, 12, 14, 16)
_WHITE = (255, 255, 255)


def to_rgb(image: Image.Image, notes: list[str]) -> Image.Image:
    """Return a loaded image as RGB; what was done beyond the plain conversion is noted.

    Transparency is composited on white. More than 8 bits of grey are rescaled, not cut off.
    CMYK goes through the file's profile where it has a usable one. Raises ValueError for a mode
    nothing converts.
    """
    if image.mode == "CMYK":
        return _cmyk_to_rgb(image, notes)
    if image.mode == "LAB":
        notes.append("lab_to_rgb")
        return _lab_to_rgb(image)
    if image.mode.startswith(("I", "F")):
        return _deep_to_rgb(image, notes)
    if image.has_transparency_data:
        return _on_white(image, notes)
    return image.convert("RGB")


def _on_white(image: Image.Image, notes: list[str]) -> Image.Image:
    rgba = image.convert("RGBA")
    alpha = rgba.getchannel("A")
    low, _ = alpha.getextrema()
    if low == 255:
        return rgba.convert("RGB")
    notes.append("transparent_on_white")
    canvas = Image.new("RGB", rgba.size, _WHITE)
    canvas.paste(rgba, mask=alpha)
    return canvas


def _deep_to_rgb(image: Image.Image, notes: list[str]) -> Image.Image:
    """Rescale grey of 16 or 32 bits or floats to 8.

    16-bit files often hold fewer bits (cameras give 10 to 14) without saying so: the smallest
    usual depth that holds the largest value is taken as the range, so that one such picture is
    neither black nor, as with a plain stretch, brighter than its neighbours in the same series.
    """
    values = np.asarray(image)
    if values.dtype.kind == "f" or values.min() < 0 or values.max() >= 2**16:
        notes.append("scaled_from_32_bit")
        return _grey_to_rgb(*_finite_range(values.astype(np.float64)))
    largest = int(values.max())
    depth = next(bits for bits in _DEPTHS if largest < 2**bits)
    notes.append(f"scaled_from_{depth}_bit")
    return _grey_to_rgb(values.astype(np.float32), 0, 2**depth - 1)


def _finite_range(values: NDArray[np.float64]) -> tuple[NDArray[np.float64], float, float]:
    finite = values[np.isfinite(values)]
    if not finite.size:
        raise ValueError("no finite pixel value")
    low, high = float(finite.min()), float(finite.max())
    return np.nan_to_num(values, nan=low, posinf=high, neginf=low), low, high


def _grey_to_rgb(values: NDArray[Any], low: float, high: float) -> Image.Image:
    scaled = (values - low) * (255 / max(high - low, 1e-12))
    return Image.fromarray(np.rint(scaled).astype(np.uint8)).convert("RGB")


def _cmyk_to_rgb(image: Image.Image, notes: list[str]) -> Image.Image:
    from PIL import ImageCms

    profile = image.info.get("icc_profile")
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            rgb = ImageCms.profileToProfile(image, source, target, outputMode="RGB")
            if rgb is not None:
                notes.append("cmyk_by_profile")
                return rgb
        except (ImageCms.PyCMSError, OSError):
            pass  # a broken profile costs colour fidelity only, and is noted as none
    notes.append("cmyk_without_profile")
    return image.convert("RGB")


def _lab_to_rgb(image: Image.Image) -> Image.Image:
    from PIL import ImageCms

    lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    rgb = ImageCms.profileToProfile(image, lab, srgb, outputMode="RGB")
    if rgb is None:
        raise ValueError("LAB colours could not be converted")
    return rgb
