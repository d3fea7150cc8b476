"""Files that are not what their names say: an LFS pointer, a web page, half a checkpoint; nothing
is loaded.
"""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import PurePath
from typing import Literal

Flaw = Literal["lfs_pointer", "web_page", "cut_short", "no_checkpoint"]
CHECKPOINTS = (".pth", ".pt", ".ckpt", ".safetensors")
TEXTS = (".md", ".html", ".py", ".ipynb", ".yml")  # in which HTML may stand
POINTER = b"version https://git-lfs.github.com/spec/"
PAGES = (b"<!doctype html", b"<html", b"<?xml", b"<head")
ZIP, ZIP_EMPTY = b"PK\x03\x04", b"PK\x05\x06"
PICKLE = b"\x80"  # torch's format before 1.6
LONGEST_HEADER = 100 << 20  # bytes of the header of a safetensors file


def flaw_of(name: str, content: bytes) -> Flaw | None:
    """What is wrong with a declared file, by its bytes alone; None where nothing is seen."""
    suffix = PurePath(name).suffix.lower()
    if content.startswith(POINTER):
        return "lfs_pointer"
    if suffix not in TEXTS and content[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(
        PAGES
    ):
        return "web_page"
    return _flaw_of_checkpoint(content) if suffix in CHECKPOINTS else None


def _flaw_of_checkpoint(content: bytes) -> Flaw | None:
    if content.startswith((ZIP, ZIP_EMPTY)):
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                names = archive.namelist()
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            return "cut_short"  # its directory stands at the end
        return (
            None
            if any(name.rpartition("/")[2] == "data.pkl" for name in names)
            else "no_checkpoint"
        )
    if content.startswith(PICKLE):
        return None
    return _flaw_of_safetensors(content)


def _flaw_of_safetensors(content: bytes) -> Flaw | None:
    """A header of JSON behind its length, then the tensors, as far as the header says."""
    length = int.from_bytes(content[:8], "little")
    if content[8:9] != b"{" or length > LONGEST_HEADER:
        return "no_checkpoint"
    if len(content) < 8 + length:
        return "cut_short"
    try:
        header = json.loads(content[8 : 8 + length])
        ends = [
            entry["data_offsets"][1] for name, entry in header.items() if name != "__metadata__"
        ]
        return "cut_short" if len(content) < 8 + length + max(ends, default=0) else None
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        return "no_checkpoint"
