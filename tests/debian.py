"""A small apt index of `packages` packages; two packages are built from each source."""

from pathlib import Path

KINDS = ("development files", "documentation")


def lists(folder: Path, *, packages: int) -> Path:
    """Write the index into a new folder."""
    folder.mkdir()
    about, described = [], []
    for number in range(packages):
        source, kind = f"tool{number // 2}", KINDS[number % 2]
        name = f"{source}-{kind[:3]}"
        about.append(f"Package: {name}\nSource: {source} (1.0)\nVersion: 1.0\nDescription: {source}\n")
        text = f" This tool counts to {number // 2}, fast.\n .\n It contains\n the {kind}."
        described.append(
            f"Package: {name}\nDescription-md5: 0\nDescription-en: count to {number // 2} - {kind}\n{text}\n"
        )
    (folder / "x_main_binary-amd64_Packages").write_text("\n".join(about), encoding="utf-8")
    (folder / "x_main_i18n_Translation-en").write_text("\n".join(described), encoding="utf-8")
    return folder
