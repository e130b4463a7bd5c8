"""Make the web fonts in static/fonts again from Noto Sans CJK (on Debian: the package fonts-noto-cjk).

    python docs/fonts.py [FOLDER WITH NotoSansCJK-Regular.ttc AND NotoSansCJK-Bold.ttc]

Each weight becomes two files: one with what every screen needs (Latin, punctuation, Greek, arrows, mathematics), which
a browser loads at once, and one with the 2,350 syllables of KS X 1001 and the compatibility jamo, which it loads when
a Korean character is on the screen. The switch of languages calls Korean by its own name on every screen: these three
syllables are a file of their own. .streamlit/config.toml names the same ranges.
"""

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter, save_font
from fontTools.ttLib import TTCollection, TTFont

HERE = Path(__file__).parents[1] / "static" / "fonts"
SOURCE = Path("/usr/share/fonts/opentype/noto")
FAMILY = "Noto Sans CJK KR"
WEIGHTS = ("Regular", "Bold")
NAME = "한국어"

LATIN = (
    *range(0x20, 0x7F),  # Basic Latin
    *range(0xA0, 0x180),  # Latin-1 and Latin Extended-A
    *range(0x300, 0x310),  # combining accents
    *range(0x391, 0x3CA),  # Greek
    *range(0x2010, 0x2028),  # dashes, quotation marks, bullets, dots
    *(0x2030, 0x2032, 0x2033, 0x2039, 0x203A, 0x2044, 0x20A9, 0x20AC, 0x2122),
    *range(0x2070, 0x208F),  # superscripts and subscripts
    *range(0x2190, 0x219A),  # arrows
    *(0x2200, 0x2202, 0x2205, 0x2207, 0x2208, 0x220F, 0x2211, 0x2212, 0x2217, 0x221A, 0x221E, 0x2229, 0x222B),
    *(0x2248, 0x2260, 0x2261, 0x2264, 0x2265, 0x2295, 0x2297, 0x2299, 0x22C5, 0x2225),
    *(0x2423, 0x25A0, 0x25A1, 0x25B2, 0x25B6, 0x25BC, 0x25C0, 0x25C2, 0x25CB, 0x25CF, 0x2713, 0x2715, 0x2605),
)
"""The first file; its unicode-range is everything that is not in the second."""


def ks_x_1001_syllables() -> list[int]:
    """The 2,350 precomposed syllables that EUC-KR (KS X 1001) encodes in two bytes."""
    syllables = []
    for lead in range(0xB0, 0xC9):
        for trail in range(0xA1, 0xFF):
            syllables.append(ord(bytes((lead, trail)).decode("euc_kr")))
    return syllables


def korean() -> list[int]:
    """The second file: the syllables, the compatibility jamo, and Korean punctuation."""
    return [*ks_x_1001_syllables(), *range(0x3131, 0x318F), *range(0x3000, 0x3004), *range(0x3008, 0x3012)]


def face(weight: str, folder: Path) -> TTFont:
    """The Korean face of the collection of one weight."""
    collection = TTCollection(folder / f"NotoSansCJK-{weight}.ttc")
    return next(font for font in collection.fonts if font["name"].getBestFamilyName() == FAMILY)


def subset(weight: str, part: str, characters: list[int], folder: Path) -> Path:
    """Write one file with these characters of one weight."""
    features = ["kern", "mark", "mkmk", "ccmp", "locl"]
    options = Options(flavor="woff2", layout_features=features, name_IDs=[0, 1, 2, 13, 14], hinting=False)
    font = face(weight, folder)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    path = HERE / f"NotoSansKR-{weight}-{part}.woff2"
    save_font(font, str(path), options)
    return path


if __name__ == "__main__":
    source = Path(sys.argv[1]) if len(sys.argv) > 1 else SOURCE
    parts = [(weight, *part) for weight in WEIGHTS for part in (("latin", list(LATIN)), ("korean", korean()))]
    for weight, part, characters in (*parts, ("Regular", "name", [ord(letter) for letter in NAME])):
        path = subset(weight, part, characters, source)
        sys.stdout.write(f"{path.name}: {path.stat().st_size:,} bytes\n")
