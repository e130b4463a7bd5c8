"""Convert a chapter's Markdown to HTML, with formulas in plain letters, for paper and for offline pages."""

import html
import re

SYMBOLS = {
    r"\odot": "⊙",
    r"\sum": "Σ",
    r"\prod": "Π",
    r"\alpha": "α",
    r"\theta": "θ",
    r"\mid": "|",
    r"\dots": "…",
    r"\arg": "arg ",
    r"\max": "max",
    r"\log": "log ",
}
_TILDE = re.compile(r"\\tilde\{(\w)\}")
_FRACTION = re.compile(r"\\frac\{(\w+)\}\{(\w+)\}")
_RAISED = re.compile(r"(?P<way>[_^])(?:\{(?P<group>[^{}]*)\}|(?P<one>\\?\w+?(?![a-z])|\*|\S))")
_FORMULA = re.compile(r"\$([^$]+)\$")
_BOLD = re.compile(r"\*\*([^*]+)\*\*")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])\u2060?")


def text(markdown: str) -> str:
    """Markdown of one paragraph, with `**` and `$`, as HTML."""
    parts = _FORMULA.split(markdown)
    return "".join(_formula(part) if number % 2 else _words(part) for number, part in enumerate(parts))


def _words(markdown: str) -> str:
    return _BOLD.sub(r"<strong>\1</strong>", html.escape(_ESCAPED.sub(r"\1", markdown), quote=False))


def _formula(latex: str) -> str:
    made = _FRACTION.sub(r"\1/\2", _TILDE.sub("\\1\u0303", latex)).replace(r"\max_\theta", r"\max_{θ}")
    for name, symbol in SYMBOLS.items():
        made = re.sub(re.escape(name) + r"(?![a-z])", symbol, made)
    made = html.escape(" ".join(made.replace("-1", "−1").split()), quote=False)
    return f'<em class="formula">{_RAISED.sub(_raised, made)}</em>'


def _raised(match: re.Match[str]) -> str:
    tag = "sub" if match["way"] == "_" else "sup"
    return f"<{tag}>{match['group'] if match['group'] is not None else match['one']}</{tag}>"
