"""GroundingDINO of transformers: boxes of the things that phrases name, for many images at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from catalog.arrays import RgbImage
from catalog.errors import ModelNotFound
from segmentation.by_text.phrases import caption
from segmentation.by_text.torch_model import TorchModel

if TYPE_CHECKING:
    from pathlib import Path

    import torch

BOX_THRESHOLD = 0.3
"""A box whose best phrase scores less is not taken (lang-sam's default)."""
MOST_BOXES = 8
"""Of the part and of what is taken away each; the surest are kept."""
_SAME_THING = 0.8
"""Of two boxes that overlap by more than this IoU the surer one is kept."""
_RATIOS = (1, 5 / 4, 4 / 3, 3 / 2, 16 / 9, 9 / 4, 3, 4)
"""Long side to short side of the detector's inputs. Photos have few formats, so nearly none is
stretched; padding instead would make what is found depend on the other images of the batch."""


@dataclass(frozen=True, slots=True)
class Boxes:
    """What was found in one image: xyxy as shares of width and height, shape (n, 4), n may be 0."""

    xyxy: NDArray[np.float32]
    scores: NDArray[np.float32]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PromptedBoxes:
    """Boxes of the part and of what is taken away; a thing is what its best phrase calls it."""

    part: Boxes
    removed: Boxes


class TextDetector(TorchModel):
    """Finds in each image the things that phrases name."""

    def __init__(self, name: str, folder: Path, *, half: bool | None = None) -> None:
        super().__init__(name, folder, "GroundingDinoForObjectDetection", half=half)
        self._processor = self.load("GroundingDinoProcessor")
        self._dot = self._processor.tokenizer.convert_tokens_to_ids(".")
        size = self._processor.image_processor.size
        self._sides = size.get("shortest_edge"), size.get("longest_edge")
        if None in self._sides:
            raise ModelNotFound(f"{name}: its image processor has no shortest_edge, longest_edge")

    def find(
        self, images: Sequence[RgbImage], part: Sequence[str], removed: Sequence[str]
    ) -> list[PromptedBoxes]:
        """Return what each image shows of the phrases for the part and for what to take away."""
        groups: dict[tuple[int, int], list[int]] = defaultdict(list)
        for position, image in enumerate(images):
            groups[canvas(image.shape[0], image.shape[1], *self._sides)].append(position)
        detected: dict[int, PromptedBoxes] = {}
        for shape, positions in groups.items():
            inputs = self._inputs([_stretch(images[at], shape) for at in positions], part, removed)
            outputs = self.run(**inputs)
            of_group = self._read(outputs, inputs["input_ids"][0], part, removed)
            detected.update(zip(positions, of_group, strict=True))
        return [detected[position] for position in range(len(images))]

    def _inputs(
        self, images: list[RgbImage], part: Sequence[str], removed: Sequence[str]
    ) -> dict[str, torch.Tensor]:
        from PIL import Image

        text = caption([*part, *removed])
        inputs = self._processor(
            images=[Image.fromarray(image) for image in images],
            text=[text] * len(images),
            truncation=True,
            max_length=self.model.config.max_text_len,
            return_tensors="pt",
        )
        return {key: value.to(self.device) for key, value in inputs.items()}

    def _read(
        self, outputs: Any, tokens: torch.Tensor, part: Sequence[str], removed: Sequence[str]
    ) -> list[PromptedBoxes]:
        scores = self._phrase_scores(outputs.logits.float(), tokens, len(part) + len(removed))
        names = [*part, *removed]
        detected = []
        for image_scores, boxes in zip(scores, outputs.pred_boxes.float(), strict=True):
            best, phrase = image_scores.max(dim=1)
            sure = (best > BOX_THRESHOLD) & boxes.isfinite().all(dim=1)
            of_part = phrase < len(part)
            pair = [
                _surest(boxes[keep], best[keep], phrase[keep], names)
                for keep in (sure & of_part, sure & ~of_part)
            ]
            detected.append(PromptedBoxes(*pair))
        return detected

    def _phrase_scores(
        self, logits: torch.Tensor, tokens: torch.Tensor, count: int
    ) -> torch.Tensor:
        """Return how sure each box is of each phrase: of the phrase's surest token, (n, box, phrase)."""
        import torch

        # Token 0 opens the caption; a dot belongs to none of the phrases it keeps apart.
        dots = tokens == self._dot
        phrase = torch.where(dots, -1, dots.cumsum(0))
        phrase[0] = phrase[-1] = -1
        probabilities = logits.sigmoid().nan_to_num(0)[..., : len(tokens)]
        scores = probabilities.new_zeros(*probabilities.shape[:2], count)
        for number in range(count):
            in_phrase = phrase == number
            if in_phrase.any():
                scores[..., number] = probabilities[..., in_phrase].amax(dim=-1)
        return scores


def canvas(height: int, width: int, shortest: int, longest: int) -> tuple[int, int]:
    """Return height and width in pixels of the detector's input for an image of that size."""
    ratio = max(height, width) / min(height, width)
    nearest = min(_RATIOS, key=lambda preset: abs(np.log(preset / ratio)))
    short = min(shortest, longest / nearest)
    sides = round(short), min(longest, round(short * nearest))
    return sides if height <= width else sides[::-1]


def _stretch(image: RgbImage, shape: tuple[int, int]) -> RgbImage:
    if image.shape[:2] == shape:
        return np.ascontiguousarray(image)
    way = cv2.INTER_AREA if image.shape[0] > shape[0] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(np.ascontiguousarray(image), shape[::-1], interpolation=way))


def _surest(
    boxes: torch.Tensor, scores: torch.Tensor, phrase: torch.Tensor, names: list[str]
) -> Boxes:
    """Return the surest boxes, each thing once, from centre, width, height to xyxy within 0..1."""
    from torchvision.ops import box_convert, nms

    corners = box_convert(boxes, "cxcywh", "xyxy").clamp(0, 1)
    solid = (corners[:, 2:] > corners[:, :2]).all(dim=1)
    corners, scores, phrase = corners[solid], scores[solid], phrase[solid]
    best = nms(corners, scores, _SAME_THING)[:MOST_BOXES]
    labels = tuple(names[number] for number in phrase[best].tolist())
    return Boxes(corners[best].cpu().numpy(), scores[best].cpu().numpy(), labels)
