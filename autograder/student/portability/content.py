"""Files that are not what their names say (an LFS pointer, a web page, half a checkpoint).

Nothing is loaded: the bytes alone decide.
"""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import PurePath
from typing import Literal

Flaw = Literal["lfs_pointer", "web_page", "cut_short", "no_checkpoint"]
CHECKPOINT_SUFFIXES = (".pth", ".pt", ".ckpt", ".safetensors")
TEXT_SUFFIXES = (".md", ".html", ".py", ".ipynb", ".yml")  # in which HTML may stand
LFS_POINTER_START = b"version https://git-lfs.github.com/spec/"
WEB_PAGE_STARTS = (b"<!doctype html", b"<html", b"<?xml", b"<head")
ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06")  # a zip, and an empty one
PICKLE_START = b"\x80"  # torch's format before 1.6
MAX_HEADER_BYTES = 100 << 20  # of a safetensors file


def flaw_of(name: str, content: bytes) -> Flaw | None:
    """Return what is wrong with a declared file, by its bytes alone; None where nothing is seen."""
    suffix = PurePath(name).suffix.lower()
    if content.startswith(LFS_POINTER_START):
        return "lfs_pointer"
    start = content[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if suffix not in TEXT_SUFFIXES and start.startswith(WEB_PAGE_STARTS):
        return "web_page"
    return _flaw_of_checkpoint(content) if suffix in CHECKPOINT_SUFFIXES else None


def _flaw_of_checkpoint(content: bytes) -> Flaw | None:
    if content.startswith(ZIP_STARTS):
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                names = archive.namelist()
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            return "cut_short"  # its directory stands at the end
        is_checkpoint = any(name.rpartition("/")[2] == "data.pkl" for name in names)
        return None if is_checkpoint else "no_checkpoint"
    if content.startswith(PICKLE_START):
        return None
    return _flaw_of_safetensors(content)


def _flaw_of_safetensors(content: bytes) -> Flaw | None:
    """Return what is wrong with a safetensors file: its length, a header of JSON, the tensors."""
    length = int.from_bytes(content[:8], "little")
    if content[8:9] != b"{" or length > MAX_HEADER_BYTES:
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
