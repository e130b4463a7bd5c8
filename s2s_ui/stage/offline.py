"""The stage with one trace as a single HTML file that plays without a server, also from a disk."""

from __future__ import annotations

import base64
import html

from s2s_ui.stage.script import script, style

_PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:">
<title>{title}</title>
<style>
:root {{ --st-background-color: #ffffff; }}
@media (prefers-color-scheme: dark) {{ :root {{ --st-background-color: #0f141b; }} }}
body {{ margin: 0; background: var(--st-background-color); }}
main {{ max-width: calc(100vw - 28px); margin: 14px auto 0; }}
@media (min-width: 1000px) {{ main {{ max-width: calc(100vw - 80px); }} }}
{style}
</style>
</head>
<body>
<main id="stage"></main>
<script type="module">
{script}
const data = Uint8Array.from(atob("{data}"), (letter) => letter.charCodeAt(0));
const parentElement = document.getElementById("stage");
const show = () => mount({{ data, parentElement, setTriggerValue() {{}} }});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
show();
</script>
</body>
</html>
"""


def page(message: bytes, *, title: str, language: str) -> bytes:
    """A page with a message of `pack`. Typed text is only in the message, as base64, and in the title, escaped."""
    return _PAGE.format(
        language=html.escape(language),
        title=html.escape(title),
        style=style(),
        script=script().replace("</", "<\\/"),
        data=base64.b64encode(message).decode(),
    ).encode()
