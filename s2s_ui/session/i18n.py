"""`_`: a message in the language of the session."""

from s2s_ui.locales import translations
from s2s_ui.session import state


def _(message: str) -> str:
    """`message` in the language of this session."""
    return translations(state.language()).gettext(message)


def ngettext(singular: str, plural: str, n: int) -> str:
    """`singular` or `plural`, by the rules of this session's language."""
    return translations(state.language()).ngettext(singular, plural, n)
