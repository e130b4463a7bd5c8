"""A checkpoint comes back as it was saved, or says in one sentence why not."""

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from small_models import VARIANTS, small_translator

from s2s_core import checkpoint
from s2s_core.checkpoint import TrainingState, sealed, store
from s2s_core.errors import CheckpointError, InvalidConfig, S2SError, UnknownName
from s2s_core.translator import ModelInfo, Translator

SEALED_FILES = ["model.safetensors", "config.json", "source.json", "target.json", "manifest.json"]


@pytest.fixture
def translator() -> Translator:
    model = small_translator()
    info = ModelInfo(name="small", title="Klein → 작은", task="reverse", examples=("abc", "gfe"))
    return Translator(net=model.net, src_tokenizer=model.src_tokenizer, tgt_tokenizer=model.tgt_tokenizer, info=info)


@pytest.fixture
def folder(tmp_path: Path, translator: Translator) -> Path:
    folder = tmp_path / "small"
    checkpoint.save(folder, translator, card="# A card\n")
    return folder


def weights(translator: Translator) -> dict[str, torch.Tensor]:
    return {name: parameter.detach() for name, parameter in translator.net.named_parameters()}


def reason(folder: Path) -> str:
    """The one sentence that loading fails with."""
    with pytest.raises(CheckpointError) as caught:
        checkpoint.load(folder, device="cpu")
    sentence = str(caught.value)
    assert str(folder) in sentence and "\n" not in sentence
    return sentence


@pytest.mark.parametrize("changes", VARIANTS.values(), ids=VARIANTS)
def test_a_model_of_every_kind_comes_back_to_the_bit(tmp_path: Path, changes: dict[str, object]) -> None:
    saved = small_translator(**changes)
    checkpoint.save(tmp_path / "model", saved, card="")
    loaded = checkpoint.load(tmp_path / "model", device="cpu")
    assert loaded.net.config == saved.net.config
    before, after = weights(saved), weights(loaded)
    assert before.keys() == after.keys()
    assert all(torch.equal(before[name], after[name]) for name in before)
    assert loaded.net.state_dict().keys() == saved.net.state_dict().keys()
    assert loaded.translate(["abc", "gf"]) == saved.translate(["abc", "gf"])


def test_everything_that_belongs_to_a_model_comes_back(folder: Path, translator: Translator) -> None:
    loaded = checkpoint.load(folder, device="cpu")
    assert (loaded.src_tokenizer, loaded.tgt_tokenizer) == (translator.src_tokenizer, translator.tgt_tokenizer)
    assert (loaded.info.title, loaded.info.task, loaded.info.examples) == ("Klein → 작은", "reverse", ("abc", "gfe"))
    assert loaded.info.name == "small" and not loaded.net.training
    assert loaded.info.fingerprint == hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()


def test_a_description_is_what_would_be_loaded_and_builds_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = checkpoint.load(folder, device="cpu")
    for builder in ("_network", "safetensors", "TOKENIZERS"):
        monkeypatch.delattr(store, builder)
    assert checkpoint.describe(folder) == checkpoint.Description(loaded.info, loaded.net.config)


@pytest.mark.parametrize("name", SEALED_FILES)
def test_a_description_of_a_damaged_checkpoint_is_refused_as_loading_is(folder: Path, name: str) -> None:
    (folder / name).write_bytes((folder / name).read_bytes()[:-1])
    told = reason(folder)
    with pytest.raises(CheckpointError) as caught:
        checkpoint.describe(folder)
    assert str(caught.value) == told


def test_a_copy_under_another_name_is_called_by_it_and_has_the_same_fingerprint(folder: Path) -> None:
    shutil.copytree(folder, folder.with_name("other"))
    one, other = (
        checkpoint.load(folder, device="cpu").info,
        checkpoint.load(folder.with_name("other"), device="cpu").info,
    )
    assert other.name == "other" and other.fingerprint == one.fingerprint


def test_tied_weights_stay_tied(tmp_path: Path) -> None:
    checkpoint.save(tmp_path / "tied", small_translator(tie_output=True, readout_size=5), card="")
    decoder = checkpoint.load(tmp_path / "tied", device="cpu").net.decoder
    assert decoder.output.weight is decoder.embedding.weight


def test_half_precision_is_for_the_disk_alone(tmp_path: Path, translator: Translator) -> None:
    checkpoint.save(tmp_path / "full", translator, card="")
    checkpoint.save(tmp_path / "half", translator, card="", half=True)
    sizes = [(tmp_path / kind / "model.safetensors").stat().st_size for kind in ("full", "half")]
    assert sizes[1] < 0.75 * sizes[0]
    for name, loaded in weights(checkpoint.load(tmp_path / "half", device="cpu")).items():
        assert loaded.dtype == torch.float32
        assert torch.equal(loaded, weights(translator)[name].half().float())


def test_loading_draws_no_random_numbers(folder: Path) -> None:
    before = torch.random.get_rng_state()
    checkpoint.load(folder, device="cpu")
    assert torch.equal(before, torch.random.get_rng_state())


# ---------------------------------------------------------------------------------------------- what may go wrong


@pytest.mark.parametrize("name", SEALED_FILES)
@pytest.mark.parametrize("place", [0.0, 0.3, 0.6, 1.0])
def test_a_flipped_bit_is_told(folder: Path, name: str, place: float) -> None:
    content = bytearray((folder / name).read_bytes())
    content[int(place * (len(content) - 1))] ^= 1
    (folder / name).write_bytes(content)
    assert name in reason(folder) or "edited" in reason(folder) or "format" in reason(folder)


@pytest.mark.parametrize("name", SEALED_FILES)
@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_a_file_that_was_cut_short_is_told(folder: Path, name: str, share: float) -> None:
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[: int(share * len(content))])
    assert name in reason(folder)


@pytest.mark.parametrize("name", SEALED_FILES)
def test_a_missing_file_is_told(folder: Path, name: str) -> None:
    (folder / name).unlink()
    assert name in reason(folder)


def manifest_with(**changes: object) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / "manifest.json"
        path.write_bytes(sealed._canonical(json.loads(path.read_bytes()) | changes))

    return change


def config_with(**changes: object) -> Callable[[Path], None]:
    """Another configuration, sealed anew as if it belonged there."""

    def change(folder: Path) -> None:
        path = folder / "config.json"
        path.write_text(json.dumps(json.loads(path.read_bytes()) | changes))
        sealed.seal(folder, [name for name in SEALED_FILES if name != "manifest.json"], format_name=store.FORMAT)

    return change


def foreign_weights(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"not safetensors at all")
    sealed.seal(folder, [name for name in SEALED_FILES if name != "manifest.json"], format_name=store.FORMAT)


MODEL = small_translator().net.config.to_json()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(manifest_with(version=2), "it is in format 2, and this version", id="newer"),
        pytest.param(manifest_with(format="something"), "it holds 'something' where", id="another kind"),
        pytest.param(manifest_with(files={"../x": "0"}), "which is not a file of this folder", id="outside"),
        pytest.param(manifest_with(files=7), "damaged or belongs to another program", id="no files"),
        pytest.param(manifest_with(files={}), "'config.json' is missing", id="nothing listed"),
        pytest.param(lambda f: (f / "manifest.json").write_text("{}"), "belongs to another program", id="foreign json"),
        pytest.param(config_with(model={**MODEL, "cell": "tree"}), "unknown cell 'tree'", id="unknown cell"),
        pytest.param(config_with(model={**MODEL, "colour": 1}), "unknown fields colour", id="unknown field"),
        pytest.param(config_with(model={**MODEL, "readout_size": 99}), "the weights are not those", id="other size"),
        pytest.param(config_with(model={**MODEL, "readout_size": 10**12}), "the weights do not fit", id="absurd size"),
        pytest.param(config_with(model=[]), "do not fit together", id="no mapping"),
        pytest.param(config_with(tokenizers={"source": "bpe", "target": "bpe"}), "no such file", id="other tokenizer"),
        pytest.param(config_with(tokenizers={"source": "x", "target": "x"}), "unknown tokenizer", id="no tokenizer"),
        pytest.param(foreign_weights, "do not fit together", id="foreign weights"),
    ],
)
def test_what_does_not_belong_is_told(folder: Path, change: Callable[[Path], object], said: str) -> None:
    change(folder)
    with pytest.raises(CheckpointError) as caught:
        checkpoint.load(folder, device="cpu")
    assert said in str(caught.value) and "\n" not in str(caught.value)


def test_an_empty_or_absent_folder_is_told(tmp_path: Path) -> None:
    assert "it has no manifest.json, so it is not a checkpoint" in reason(tmp_path)
    assert "there is no such folder" in reason(tmp_path / "absent")


def test_the_card_may_be_edited(folder: Path) -> None:
    fingerprint = checkpoint.load(folder, device="cpu").info.fingerprint
    (folder / "CARD.md").write_text("# Another title\n")
    assert checkpoint.load(folder, device="cpu").info.fingerprint == fingerprint


# ---------------------------------------------------------------------------------------------- writing


def test_a_save_replaces_the_old_checkpoint_whole_and_leaves_nothing_behind(folder: Path) -> None:
    other = small_translator(seed=1)
    checkpoint.save(folder, other, card="new")
    loaded = checkpoint.load(folder, device="cpu")
    assert torch.equal(loaded.net.encoder.embedding.weight, other.net.encoder.embedding.weight)
    assert (folder / "CARD.md").read_text() == "new"
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_a_save_that_fails_half_way_leaves_the_old_checkpoint(
    folder: Path, translator: Translator, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    def broken(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(translator.tgt_tokenizer), "save", broken)
    with pytest.raises(InvalidConfig, match="No space left on device"):
        checkpoint.save(folder, translator, card="new")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_after_a_power_cut_between_the_two_renames_the_old_checkpoint_is_found(folder: Path) -> None:
    fingerprint = checkpoint.load(folder, device="cpu").info.fingerprint
    folder.rename(folder.with_name(".small.previous"))
    assert checkpoint.load(folder, device="cpu").info.fingerprint == fingerprint
    checkpoint.save(folder, small_translator(seed=1), card="")
    assert checkpoint.load(folder, device="cpu").info.fingerprint != fingerprint


def test_a_reader_never_sees_a_mixture(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder is replaced after its manifest was read and before its files are."""
    other, checked = small_translator(seed=1), sealed._checked

    def replaced_meanwhile(*arguments: object) -> sealed.Sealed:
        monkeypatch.setattr(sealed, "_checked", checked)
        checkpoint.save(folder, other, card="")
        return checked(*arguments)

    monkeypatch.setattr(sealed, "_checked", replaced_meanwhile)
    loaded = checkpoint.load(folder, device="cpu")
    assert torch.equal(loaded.net.encoder.embedding.weight, other.net.encoder.embedding.weight)


def test_what_is_no_checkpoint_is_never_replaced(tmp_path: Path, translator: Translator) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "mine.txt").write_text("precious")
    for target in (tmp_path / "letters", tmp_path / "letters" / "mine.txt"):
        with pytest.raises(InvalidConfig, match="something else than a checkpoint is there already"):
            checkpoint.save(target, translator, card="")
    assert (tmp_path / "letters" / "mine.txt").read_text() == "precious"
    (tmp_path / "empty").mkdir()
    checkpoint.save(tmp_path / "empty", translator, card="")


def test_a_training_state_comes_back_and_is_guarded_too(tmp_path: Path, translator: Translator) -> None:
    state = TrainingState(tensors={"a/b": torch.arange(3.0), "step": torch.tensor(7.0)}, facts={"step": 7, "lr": 0.1})
    checkpoint.save(tmp_path / "run", translator, card="", training_state=state)
    back = checkpoint.load_training_state(tmp_path / "run")
    assert back.facts == state.facts
    assert all(torch.equal(back.tensors[name], state.tensors[name]) for name in state.tensors)
    (tmp_path / "run" / "training" / "state.json").write_text("{}")
    with pytest.raises(CheckpointError, match=r"state\.json has been edited or cut short"):
        checkpoint.load_training_state(tmp_path / "run")
    checkpoint.save(tmp_path / "run", translator, card="")
    with pytest.raises(CheckpointError, match="no unfinished training run"):
        checkpoint.load_training_state(tmp_path / "run")


# ---------------------------------------------------------------------------------------------- names and devices


def test_names_are_those_of_the_shipped_folder_and_of_the_added_ones(
    tmp_path: Path, translator: Translator, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped, added = tmp_path / "shipped", tmp_path / "added"
    for root, name in ((shipped, "b"), (shipped, "twice"), (added, "a"), (added, "twice")):
        checkpoint.save(root / name, translator, card="")
    (added / "no checkpoint").mkdir()
    monkeypatch.setattr(store, "SHIPPED", shipped)
    monkeypatch.delenv("S2S_CHECKPOINTS", raising=False)
    assert checkpoint.names() == ["b", "twice"]
    monkeypatch.setenv("S2S_CHECKPOINTS", str(added))
    assert checkpoint.names() == ["a", "b", "twice"]
    assert checkpoint.locate("twice") == shipped / "twice"
    assert checkpoint.load("a", device="cpu").info.name == "a"
    with pytest.raises(UnknownName) as caught:
        checkpoint.load("c")
    assert str(caught.value) == "unknown model 'c': known are a, b, twice"


def test_an_unknown_or_absent_device_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(UnknownName, match="unknown device 'tpu': known are auto, cpu, cuda, mps"):
        checkpoint.load(folder, device="tpu")
    with pytest.raises(S2SError, match=r"device 'cuda' is not available here: PyTorch .* finds cpu"):
        checkpoint.load(folder, device="cuda")


@pytest.mark.parametrize(("cuda", "mps", "chosen"), [(True, True, "cuda"), (False, True, "mps"), (False, False, "cpu")])
def test_auto_takes_the_fastest_device(monkeypatch: pytest.MonkeyPatch, cuda: bool, mps: bool, chosen: str) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    assert checkpoint.resolve_device("auto").type == chosen


@pytest.mark.slow
def test_the_first_model_that_a_process_loads_imports_no_compiler() -> None:
    script = "import sys, s2s_core; s2s_core.load('dates'); sys.exit('torch._dynamo' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], cwd=checkpoint.SHIPPED.parent, check=False).returncode == 0
