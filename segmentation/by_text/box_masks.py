"""SAM 2 of transformers: from boxes to masks, many images at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from catalog.arrays import RgbImage
from segmentation.by_text.detections import Detections, normalise
from segmentation.by_text.text_detector import Boxes
from segmentation.by_text.torch_model import TorchModel

if TYPE_CHECKING:
    from pathlib import Path


class BoxMasks(TorchModel):
    """Turns the boxes of each image into masks."""

    def __init__(self, name: str, folder: Path, *, half: bool | None = None) -> None:
        super().__init__(name, folder, "Sam2Model", half=half)
        self._processor = self.load("Sam2Processor")

    def masks(self, images: Sequence[RgbImage], boxes: Sequence[Boxes]) -> list[Detections]:
        """Return the masks of each image's boxes; each image needs one box or more.

        A score is the box's times how good the model takes the mask to be.
        """
        from PIL import Image

        most = max(len(image_boxes.xyxy) for image_boxes in boxes)
        corners = [
            _filled(_in_pixels(image_boxes.xyxy, image), most).tolist()
            for image_boxes, image in zip(boxes, images, strict=True)
        ]
        inputs = self._processor(
            images=[Image.fromarray(image) for image in images],
            input_boxes=corners,
            return_tensors="pt",
        )
        outputs = self.run(
            pixel_values=inputs["pixel_values"].to(self.device),
            input_boxes=inputs["input_boxes"].to(self.device),
            multimask_output=False,
        )
        return [
            self._detections(masks.float(), quality.float(), image_boxes, image)
            for masks, quality, image_boxes, image in zip(
                outputs.pred_masks, outputs.iou_scores, boxes, images, strict=True
            )
        ]

    def _detections(self, masks: Any, quality: Any, boxes: Boxes, image: RgbImage) -> Detections:
        count = len(boxes.xyxy)
        (sized,) = self._processor.post_process_masks([masks[:count]], [image.shape[:2]])
        scores = boxes.scores * quality[:count, 0].cpu().numpy()
        return normalise(sized.cpu().numpy(), scores, boxes.labels, image.shape[:2])


def _in_pixels(shares: NDArray[np.float32], image: RgbImage) -> NDArray[np.float32]:
    height, width = image.shape[:2]
    return shares * np.array([width, height, width, height], np.float32)


def _filled(boxes: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    """Return ``count`` boxes, the first one repeated at the end: the model takes no ragged batch."""
    return np.concatenate([boxes, np.repeat(boxes[:1], count - len(boxes), axis=0)])
