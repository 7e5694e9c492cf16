from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from catalog.arrays import RgbImage
from catalog.errors import MissingExtra, ModelNotFound, UsageError
from segmentation.by_text.box_masks import BoxMasks
from segmentation.by_text.grounded_sam import GroundedSam, create
from segmentation.by_text.text_detector import BOX_THRESHOLD, TextDetector, canvas
from segmentation.contract import Prompts
from tests.segmentation.by_text.tiny_models import (
    SIDE,
    save_detector,
    save_mask_model,
    save_video_mask_model,
)

pytestmark = pytest.mark.slow  # imports torch
RANDOM = np.random.default_rng(3)
PROMPTS = Prompts("mechanical part .", "ruler . hand .")
ONLY_PART = Prompts("mechanical part .", "")


def _photo(height: int, width: int) -> RgbImage:
    return RANDOM.integers(0, 256, (height, width, 3), np.uint8)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("models")
    return save_detector(folder / "detector"), save_mask_model(folder / "masks")


@pytest.fixture(scope="module")
def segmenter(folders: tuple[Path, Path]) -> GroundedSam:
    return create(str(folders[0]), str(folders[1]))


def test_boxes_and_masks_are_those_of_the_documented_pipeline(folders: tuple[Path, Path]) -> None:
    import torch
    from PIL import Image
    from transformers import (
        GroundingDinoForObjectDetection,
        GroundingDinoProcessor,
        Sam2Model,
        Sam2Processor,
    )

    photo = _photo(2 * SIDE, 2 * SIDE)
    picture = Image.fromarray(photo)
    processor = GroundingDinoProcessor.from_pretrained(folders[0])
    inputs = processor(images=picture, text="mechanical part.", return_tensors="pt")
    with torch.inference_mode():
        outputs = GroundingDinoForObjectDetection.from_pretrained(folders[0])(**inputs)
    (expected,) = processor.post_process_grounded_object_detection(
        outputs, inputs.input_ids, threshold=0.0, target_sizes=[photo.shape[:2]]
    )
    (things,) = TextDetector("tiny", folders[0]).find([photo], ["mechanical part"], [])
    boxes = things.part.xyxy * 2 * SIDE
    for box, score in zip(boxes, things.part.scores, strict=True):
        distances = np.abs(expected["boxes"].clamp(0, 2 * SIDE).numpy() - box).max(axis=1)
        assert distances.min() < 0.01
        # The processor's score is over all tokens, ours over the phrase's own.
        assert score <= expected["scores"][distances.argmin()] + 1e-5

    cutter = Sam2Processor.from_pretrained(folders[1])
    cut_inputs = cutter(images=picture, input_boxes=[boxes.tolist()], return_tensors="pt")
    with torch.inference_mode():
        cut = Sam2Model.from_pretrained(folders[1])(
            pixel_values=cut_inputs["pixel_values"],
            input_boxes=cut_inputs["input_boxes"],
            multimask_output=False,
        )
    (masks,) = cutter.post_process_masks(cut.pred_masks, [photo.shape[:2]])
    (detections,) = BoxMasks("tiny", folders[1]).masks([photo], [things.part])
    np.testing.assert_array_equal(detections.masks, masks[:, 0].numpy())
    np.testing.assert_allclose(
        detections.scores, things.part.scores * cut.iou_scores[0, :, 0].numpy()
    )


def test_batch_gives_what_single_calls_give(segmenter: GroundedSam) -> None:
    photos = [_photo(60, 80), _photo(80, 60), _photo(61, 80), _photo(90, 60), _photo(60, 80)]
    together = segmenter.segment(photos, PROMPTS)
    for photo, segmentation in zip(photos, together, strict=True):
        (alone,) = segmenter.segment([photo], PROMPTS)
        assert (segmentation.mask == alone.mask).mean() > 0.999
        assert segmentation.score == pytest.approx(alone.score, abs=1e-4)


def test_what_is_named_to_take_away_is_not_in_the_mask(segmenter: GroundedSam) -> None:
    photos = [_photo(60, 80) for _ in range(6)]
    detector, masks = segmenter._detector, segmenter._masks
    things_of = detector.find(photos, ["mechanical part"], ["ruler", "hand"])
    segmented = segmenter.segment(photos, PROMPTS)
    both = [
        at for at, things in enumerate(things_of) if things.part.labels and things.removed.labels
    ]
    assert both
    for at in both:
        (removed,) = masks.masks([photos[at]], [things_of[at].removed])
        assert removed.union.any()
        assert not (segmented[at].mask & removed.union).any()


def test_thing_is_called_by_its_best_phrase_alone(segmenter: GroundedSam) -> None:
    (things,) = segmenter._detector.find([_photo(60, 80)], ["bolt"], ["ruler"])
    pairs = [*map(tuple, things.part.xyxy), *map(tuple, things.removed.xyxy)]
    assert len(set(pairs)) == len(pairs)
    assert set(things.part.labels) <= {"bolt"}
    assert set(things.removed.labels) <= {"ruler"}
    assert min(*things.part.scores, *things.removed.scores) > BOX_THRESHOLD


def test_phrase_in_both_prompts_belongs_to_the_part(segmenter: GroundedSam) -> None:
    photo = _photo(60, 80)
    (both,) = segmenter.segment([photo], Prompts("mechanical part .", "mechanical part ."))
    (alone,) = segmenter.segment([photo], ONLY_PART)
    np.testing.assert_array_equal(both.mask, alone.mask)


def test_prompt_without_a_part_is_refused(segmenter: GroundedSam) -> None:
    with pytest.raises(UsageError, match="what the part is called"):
        segmenter.segment([_photo(8, 8)], Prompts("", "ruler ."))


def test_large_photo_is_reduced_and_its_mask_has_its_size(segmenter: GroundedSam) -> None:
    (segmentation,) = segmenter.segment([np.full((1500, 2800, 3), 200, np.uint8)], ONLY_PART)
    assert segmentation.mask.shape == (1500, 2800)
    assert 0 <= segmentation.box[0] <= segmentation.box[2] <= 2800


def test_weights_that_are_not_numbers_find_nothing(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    import torch
    from safetensors.torch import load_file, save_file

    detector, masks = save_detector(tmp_path / "detector"), save_mask_model(tmp_path / "masks")
    for folder, models in ((detector, (detector, folders[1])), (masks, (folders[0], masks))):
        file = folder / "model.safetensors"
        weights = {key: torch.full_like(value, torch.nan) for key, value in load_file(file).items()}
        save_file(weights, file, metadata={"format": "pt"})
        (segmentation,) = create(str(models[0]), str(models[1])).segment([_photo(40, 40)], PROMPTS)
        assert segmentation.is_empty
        assert segmentation.score == 0


def test_half_precision_runs_and_finds_nearly_the_same(folders: tuple[Path, Path]) -> None:
    photos = [_photo(60, 80) for _ in range(3)]
    boxes = []
    for half in (False, True):
        things_of = TextDetector("tiny", folders[0], half=half).find(photos, ["bolt"], [])
        boxes.append(things_of[0].part)
        (detections,) = BoxMasks("tiny", folders[1], half=half).masks(
            [photos[0]], [things_of[0].part]
        )
        assert detections.masks.shape == (len(things_of[0].part.labels), 60, 80)
    assert boxes[0].scores[0] == pytest.approx(boxes[1].scores[0], abs=0.05)


def test_fingerprint_is_of_the_files(folders: tuple[Path, Path], tmp_path: Path) -> None:
    first = create(str(folders[0]), str(folders[1])).fingerprint
    again = create(str(folders[0]), str(save_mask_model(tmp_path / "same"))).fingerprint
    other = create(str(folders[0]), str(save_mask_model(tmp_path / "other", seed=1))).fingerprint
    assert first == again
    assert first != other


def test_checkpoint_with_weights_for_videos_loads(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    loaded = create(str(folders[0]), str(save_video_mask_model(tmp_path)))
    assert loaded.segment([_photo(20, 20)], PROMPTS)[0].mask.shape == (20, 20)


def test_missing_model_is_named_with_its_setting_and_the_way_to_get_it(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    with pytest.raises(
        ModelNotFound, match=r"segmenter_detector: .*grounding-dino-tiny.*hf download"
    ):
        create()
    with pytest.raises(ModelNotFound, match=r"segmenter_mask_model: .*no such folder"):
        create(str(folders[0]), str(tmp_path / "absent"))


def test_models_in_each_others_place_are_refused(folders: tuple[Path, Path]) -> None:
    with pytest.raises(ModelNotFound, match=r"GroundingDino|lacks"):
        create(str(folders[1]), str(folders[1]))


def test_checkpoint_that_lacks_weights_is_refused(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    from safetensors.torch import load_file, save_file

    file = save_mask_model(tmp_path) / "model.safetensors"
    weights = load_file(file)
    del weights["no_memory_embedding"]
    save_file(weights, file, metadata={"format": "pt"})
    with pytest.raises(ModelNotFound, match="lacks 1 weights, 'no_memory_embedding'"):
        create(str(folders[0]), str(tmp_path))


def test_processor_without_sides_is_refused(folders: tuple[Path, Path], tmp_path: Path) -> None:
    folder = save_detector(tmp_path)
    file = folder / "processor_config.json"
    settings = json.loads(file.read_text())
    settings["image_processor"]["size"] = {"height": 64, "width": 64}
    file.write_text(json.dumps(settings))
    with pytest.raises(ModelNotFound, match="shortest_edge"):
        create(str(folder), str(folders[1]))


@pytest.mark.parametrize("package", ["torch", "torchvision", "transformers"])
def test_without_the_extra_the_install_is_named(
    monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtra, match=r"pip install 'partscope\[models\]'"):
        create()


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((480, 640), (800, 1067)),
        ((640, 480), (1067, 800)),
        ((1, 1), (800, 800)),
        ((1, 4000), (333, 1333)),
        ((473, 640), (800, 1067)),
    ],
)
def test_photos_of_one_format_share_an_input_size(
    size: tuple[int, int], expected: tuple[int, int]
) -> None:
    assert canvas(*size, 800, 1333) == expected
