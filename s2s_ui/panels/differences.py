"""How a model differs from the first model of its task, in words, from the two configurations and the two cards."""

from s2s_core import ModelConfig
from s2s_core.recipes import Facts, context_label
from s2s_ui.panels.training_order import CELLS, WAYS, WITH_PEEPHOLES
from s2s_ui.session import caches
from s2s_ui.session.i18n import _

IN_CONSEQUENCE = frozenset(
    ("src_vocab_size", "tgt_vocab_size", "embedding_size", "embedding_std", "attention_size", "readout_size")
    + ("bridge", "max_src_len", "max_tgt_len", "dropout", "decoder_init")
)
"""Settings that follow from others, or that are not visible on the stage."""


def said(name: str, base: str) -> str:
    """The differences: the words that the title adds to the base's, then others from the configurations."""
    one, other = caches.described(base), caches.described(name)
    added = _added(_(one.info.title), _(other.info.title))
    found = [*_of_models(one.config, other.config), *_of_runs(caches.facts(base), caches.facts(name))]
    more = ", ".join(phrase for phrase in found if phrase not in added)
    if added and more:
        return f"{added} ({more})"
    return added or more or _("another training")


def _added(base: str, title: str) -> str:
    """The part of a title after the base's title: "GRU cells" of "Date → ISO, GRU cells"."""
    return title.removeprefix(f"{base}, ") if title.startswith(f"{base}, ") else ""


def _of_models(base: ModelConfig, other: ModelConfig) -> list[str]:
    before, after = base.to_json(), other.to_json()
    changed = {name for name, value in after.items() if value != before[name]}
    phrases = []
    if "cell" in changed:
        plain = _("plain recurrent cells")
        phrases.append(
            plain if other.cell == "rnn" else _("{cell} cells").format(cell=CELLS.get(other.cell, other.cell))
        )
    elif "peephole" in changed:
        phrases.append(_(WITH_PEEPHOLES[other.peephole]))
    if "bidirectional" in changed:
        ways = "both" if other.bidirectional else "forward"
        phrases.append(_(WAYS[ways]))
    if _look(base) != _look(other):
        phrases.append(_(context_label(_look(other))))
    if changed & {"encoder_hidden", "decoder_hidden"}:
        phrases.append(_units(base, other))
    if changed & {"encoder_layers", "decoder_layers"}:
        phrases.append(_("{count} layers").format(count=max(other.encoder_layers, other.decoder_layers)))
    if "encoder_init" in changed:
        usual = _("an encoder that starts the usual way")
        phrases.append(usual if other.encoder_init == "usual" else _("an encoder that starts local"))
    known = {"cell", "peephole", "bidirectional", "context", "attention", "encoder_init"}
    known |= {"encoder_hidden", "decoder_hidden", "encoder_layers", "decoder_layers"}
    return phrases + [f"{name} = {after[name]}" for name in sorted(changed - known - IN_CONSEQUENCE)]


def _look(config: ModelConfig) -> str:
    return config.attention if config.context == "attention" else config.context


def _units(base: ModelConfig, other: ModelConfig) -> str:
    """The sizes of encoder and decoder; one number if they are equal, or if the decoder's is that of the base."""
    if other.encoder_hidden == other.decoder_hidden or other.decoder_hidden == base.decoder_hidden:
        return _("{units} units").format(units=other.encoder_hidden)
    return _("{encoder} and {decoder} units").format(encoder=other.encoder_hidden, decoder=other.decoder_hidden)


def _of_runs(base: Facts, other: Facts) -> list[str]:
    """The differences of the two trainings, if both cards have them."""

    def changed(name: str) -> str | None:
        before, after = base.settings.get(name), other.settings.get(name)
        return after if before is not None and after is not None and before != after else None

    phrases = []
    if (ratio := changed("forcing_start")) is not None:
        phrases.append(_("teacher forcing {percent} %").format(percent=f"{100 * float(ratio):g}"))
    if (steps := changed("steps")) is not None and steps.isdecimal():
        phrases.append(_("{updates} updates").format(updates=f"{int(steps):,}"))
    if (seed := changed("seed")) is not None:
        phrases.append(_("seed {seed}").format(seed=seed))
    return phrases
