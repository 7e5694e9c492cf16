"""One model of transformers on its device: whole weights, or a refusal that names the model."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.errors import ModelNotFound
from segmentation.by_text.torch_model import TorchModel

pytestmark = pytest.mark.slow  # imports torch


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a tiny BERT with random weights."""
    import torch
    from transformers import BertConfig, BertModel

    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=50,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
    )
    folder = tmp_path_factory.mktemp("bert")
    BertModel(config).save_pretrained(folder)
    return folder


def test_a_model_runs_in_evaluation_mode_and_keeps_no_gradients(folder: Path) -> None:
    import torch

    model = TorchModel("tiny", folder, "BertModel", half=None)
    tokens = torch.arange(6, device=model.device)[None]
    first, again = (model.run(input_ids=tokens).last_hidden_state for _ in range(2))
    assert first.shape == (1, 6, 16)
    assert not first.requires_grad
    assert torch.equal(first, again)  # no dropout
    assert (model.name, model.folder) == ("tiny", folder)


def test_half_precision_is_of_the_operations_not_of_the_weights(folder: Path) -> None:
    import torch

    whole, half = (TorchModel("tiny", folder, "BertModel", half=half) for half in (False, True))
    tokens = torch.arange(6, device=whole.device)[None]
    exact, near = (model.run(input_ids=tokens).last_hidden_state.float() for model in (whole, half))
    assert {weight.dtype for weight in half.model.parameters()} == {torch.float32}
    assert not torch.equal(exact, near)
    assert (exact - near).abs().max() < 0.1


def test_a_model_of_another_kind_or_none_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound, match=r"^tiny"):
        TorchModel("tiny", folder, "Sam2Model", half=None)
    with pytest.raises(ModelNotFound, match=r"^tiny cannot be loaded by BertModel"):
        TorchModel("tiny", tmp_path / "absent", "BertModel", half=None)


def test_a_processor_that_is_not_there_is_named(folder: Path) -> None:
    with pytest.raises(ModelNotFound, match=r"^tiny cannot be loaded by Sam2Processor"):
        TorchModel("tiny", folder, "BertModel", half=None).load("Sam2Processor")
