"""How fast do views become pixels of the size an embedder looks at, beside plain Pillow and OpenCV?

Makes JPEGs of 1600 x 1200 with the detail of photos and decodes each to a short side of 224 pixels
on one core. "difference" is the mean over all pixels, 0..255, from Pillow's full decode with its
antialiased bicubic resize. "cut files" says how many files without their second half are refused.

    python -m benchmarks.decoding
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from functools import partial
from io import BytesIO

import cv2
import numpy as np
from PIL import Image

from catalog.arrays import RgbImage
from catalog.images.decode import decode

SIDE = 224
Decoder = Callable[[bytes], RgbImage]


def jpegs(count: int, width: int, height: int) -> list[bytes]:
    """Return pictures whose energy falls with frequency as it does in photos, grey above all."""
    rng = np.random.default_rng(0)
    fx, fy = np.meshgrid(np.fft.rfftfreq(width), np.fft.fftfreq(height))
    falloff = 1 / np.maximum(np.hypot(fx, fy), 1 / width) ** 1.2
    pictures = []
    for _ in range(count):
        noise = np.fft.rfft2(rng.standard_normal((4, height, width)))
        planes = np.fft.irfft2(noise * falloff, s=(height, width))
        planes *= 45 / planes.std(axis=(1, 2), keepdims=True)
        pixels = np.clip(128 + planes[0] + 0.3 * planes[1:], 0, 255).astype(np.uint8)
        stream = BytesIO()
        Image.fromarray(np.ascontiguousarray(pixels.transpose(1, 2, 0))).save(
            stream, "JPEG", quality=90
        )
        pictures.append(stream.getvalue())
    return pictures


def partscope_decode(content: bytes) -> RgbImage:
    return decode(content, side=SIDE).pixels


def pillow_full(content: bytes) -> RgbImage:
    with Image.open(BytesIO(content)) as image:
        return np.array(image.convert("RGB").resize(_target(image.size), Image.Resampling.BICUBIC))


def opencv(content: bytes, *, flag: int) -> RgbImage:
    pixels = cv2.imdecode(np.frombuffer(content, np.uint8), flag)
    if pixels is None:
        raise ValueError("OpenCV could not decode it")
    height, width = pixels.shape[:2]
    small = cv2.resize(pixels, _target((width, height)), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2RGB), dtype=np.uint8)


def _target(size: tuple[int, int]) -> tuple[int, int]:
    width, height = size
    scale = SIDE / min(size)
    return round(width * scale), round(height * scale)


DECODERS: dict[str, Decoder] = {
    "Pillow full": pillow_full,
    "OpenCV full": partial(opencv, flag=cv2.IMREAD_COLOR),
    "OpenCV reduced": partial(opencv, flag=cv2.IMREAD_REDUCED_COLOR_4),
    "partscope": partscope_decode,
}


def seconds(
    decoders: dict[str, Decoder], contents: Sequence[bytes], rounds: int
) -> dict[str, float]:
    """Return the least CPU seconds an image; the decoders take turns, so that noise hits all."""
    best = dict.fromkeys(decoders, float("inf"))
    for _ in range(rounds):
        for name, decoder in decoders.items():
            start = time.process_time()
            for content in contents:
                decoder(content)
            best[name] = min(best[name], (time.process_time() - start) / len(contents))
    return best


def refused(decoder: Decoder, contents: Sequence[bytes]) -> int:
    """Return how many half files the decoder refuses."""
    count = 0
    for content in contents:
        try:
            decoder(content[: len(content) // 2])
        except Exception:  # each library has its own error for it
            count += 1
    return count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--images", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    contents = jpegs(arguments.images, 1600, 1200)
    reference = [pillow_full(content).astype(int) for content in contents]
    times = seconds(DECODERS, contents, arguments.rounds)
    base = times["Pillow full"]
    size = sum(map(len, contents)) / len(contents) / 1000
    print(f"{len(contents)} JPEGs of 1600 x 1200, {size:.0f} KB each, to a short side of {SIDE}\n")
    print("| decoder | images/s a core | times Pillow full | difference | cut files refused |")
    print("| --- | --- | --- | --- | --- |")
    for name, decoder in DECODERS.items():
        pairs = zip(contents, reference, strict=True)
        difference = np.mean([np.abs(decoder(content) - full).mean() for content, full in pairs])
        cells = (f"{1 / times[name]:.0f}", f"{base / times[name]:.1f}", f"{difference:.2f}")
        print(f"| {name} | {' | '.join(cells)} | {refused(decoder, contents)} of {len(contents)} |")


if __name__ == "__main__":
    main()
