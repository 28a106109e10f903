"""Compile every message catalogue that changed, without gettext: ``python -m tools.compile_messages``."""

import os
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent


def catalogues(root: Path = ROOT) -> list[Path]:
    """The .po files of every app under ``root``."""
    return sorted(root.glob("*/locale/*/LC_MESSAGES/*.po"))


def compile_catalogue(source: Path) -> bool:
    """Write the .mo file beside ``source`` unless it is newer already; return whether it was written."""
    target = source.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
        return False
    # Aside first: a server that runs never reads half a catalogue.
    aside = target.with_suffix(f".mo.{os.getpid()}")
    polib.pofile(str(source)).save_as_mofile(str(aside))
    aside.replace(target)
    return True


def main() -> None:
    """Compile what changed and say so."""
    changed = [source for source in catalogues() if compile_catalogue(source)]
    if changed:
        print(f"Compiled {len(changed)} message catalogues")


if __name__ == "__main__":
    main()
