"""Stages of networks whose results submissions share: equal work on equal images is done once.

A recorded network is parted at a cut (see `programs.cuts`) that another submission had before, or
where what passes is small. What passes there is kept in the store of the run, image by image, and
taken from it the next time. Only what follows is computed again.

- A cut is used only where the operations before it keep images apart, and where some of the first
  images give the same bits among other images and at other places of the batch.
- What is kept is computed in a worker that has run nothing but this stage: no program of another
  submission can have spoilt it.
- The last stage, and the comparison that chooses the fastest way, are those of the whole network.
  So the outputs are equal to the bit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import torch
from torch import Tensor

from autograder.blocks.block_file import BlockFile
from autograder.blocks.store import BlockStore
from autograder.checks.cut_choice import choose_cuts, name_of_cut
from autograder.checks.digests import digest_of
from autograder.checks.passing import Images, Passing, are_same, filled, floats_in, layout_of
from autograder.errors import Denied
from autograder.programs import networks
from autograder.programs.cuts import Cut, cuts_of, stage_of
from autograder.programs.encoding import encode
from autograder.programs.inference import FAST_TOLERANCE
from autograder.programs.program_data import Recording
from autograder.programs.stages import FAST, PLAIN, Layout

Answer: TypeAlias = Mapping[str, Any]  # of a worker: every part is checked where it is used

FLOAT, FLOAT_BYTES = torch.float32, 4  # of what passes a cut


class NotShared(Exception):
    """Raised where a network cannot share its work; it is computed as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workers:
    """How stages are run."""

    run: Callable[..., Answer]  # in the submission's own worker: name of a probe, its arguments
    run_apart: Callable[..., Answer]  # in one that has run nothing of another scope: scope, …


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A part of a network, and the way in which it is run."""

    key: str  # in its worker
    way: str
    start: Cut | None  # None: the images
    stop: Cut | None  # None: the outputs


class SharedNetwork:
    """A recorded network with its values, whose first stages are shared with other submissions."""

    def __init__(
        self,
        recording: Recording,
        values: Mapping[str, Tensor],
        digests: Mapping[str, str],
        store: BlockStore,
        workers: Workers,
        key: str,
    ) -> None:
        """Choose the cuts; NotShared where there is none.

        `digests` are those of the values, by name. `key` stands for the network with its values.
        """
        self._recording = recording
        self._values = values
        self._store = store
        self._workers = workers
        self._key = key
        self._is_compared = False  # whether the fast way agrees with the plain one
        data = recording.data
        self._size = data.inputs[0].shape[0] if data.inputs[:1] and data.inputs[0].shape else 0
        by_number = {number: digests[name] for number, name in data.names.items()}
        constants = zip(data.constants, recording.constants, strict=True)
        by_number |= {number: digest_of(value) for number, value in constants}
        cuts = cuts_of(data, by_number)
        self._cuts = choose_cuts(cuts, store, lambda cut: self._name(FAST, cut))
        if not self._cuts:
            raise NotShared("it has no cut that is worth keeping")

    def outputs(self, images: Images) -> Tensor:
        """Return the outputs for whole batches; NotShared where the network is to be run whole."""
        if not self._is_compared:
            first = images.at(range(self._size))
            expected = self._last(PLAIN, self._plainly(first), first)
            fast = self._fast_outputs(first)
            if not torch.allclose(fast, expected, rtol=FAST_TOLERANCE, atol=FAST_TOLERANCE):
                raise NotShared("another way than the usual one is the fastest")
            self._is_compared = True
        return self._fast_outputs(images)

    def _fast_outputs(self, images: Images) -> Tensor:
        return self._last(FAST, self._passing(len(self._cuts) - 1, images), images)

    def _name(self, way: str, cut: Cut) -> str:
        return name_of_cut(way, cut, self._store)

    # ------------------------------------------------------------ what passes the cuts

    def _passing(self, level: int, images: Images) -> Passing:
        """Return what passes a cut, of which the store may have all, some or nothing."""
        if level < 0:
            return Passing(rows=images.tensor, layout=None)
        cut = self._cuts[level]
        file = self._store.file(self._name(FAST, cut)) or self._certified(level, images)
        layout = self._layout(file.notes.get("layout"), cut)
        blocks = file.read(images.keys)
        rows = torch.empty(len(blocks), cut.block_bytes // FLOAT_BYTES)
        missing = []
        for place, block in enumerate(blocks):
            if block is None:
                missing.append(place)
            else:
                rows[place] = floats_in(block)
        if missing:
            wanted = images.at(missing + missing[:1] * (-len(missing) % self._size))
            made = self._apart(FAST, level, self._passing(level - 1, wanted), images)
            if made.layout != layout:
                raise NotShared("another layout than before")
            rows[missing] = made.rows[: len(missing)]
            self._keep(file, [images.keys[place] for place in missing], rows[missing])
        return Passing(rows=rows, layout=layout)

    def _certified(self, level: int, images: Images) -> BlockFile:
        """Return a new file for what passes a cut, if images give the same bits anywhere."""
        cut, first = self._cuts[level], images.at(range(self._size))
        before = self._passing(level - 1, first)
        expected = self._apart(FAST, level, before, images)
        some = before.rows[: self._size // 2]
        others = some.flip(-1)  # mirrored images; of what passed a cut, other values
        mixed = torch.stack([others, some], dim=1).flatten(0, 1)  # at other places, too
        again = self._apart(FAST, level, replace(before, rows=filled(mixed, self._size)), images)
        is_same = are_same(again.rows[1 : len(mixed) : 2], expected.rows[: len(some)])
        if again.layout != expected.layout or not is_same:
            raise NotShared("what passes a cut depends on the batch")
        return self._new_file(FAST, cut, cut.block_bytes, first.keys, expected)

    def _plainly(self, images: Images) -> Passing:
        """Return what passes the last cut of the network as it was recorded, for one batch.

        It is kept for the batch as a whole: nothing has to be known about single images.
        """
        cut = self._cuts[-1]
        key = hashlib.sha256(b"".join(images.keys)).digest()
        file = self._store.file(self._name(PLAIN, cut))
        if file is not None:
            (block,) = file.read([key])
            if block is not None:
                layout = self._layout(file.notes.get("layout"), cut)
                return Passing(rows=floats_in(block).view(self._size, -1), layout=layout)
        made = self._apart(PLAIN, None, Passing(rows=images.tensor, layout=None), images)
        whole = replace(made, rows=made.rows.reshape(1, -1))
        self._new_file(PLAIN, cut, cut.block_bytes * self._size, [key], whole)
        return made

    def _new_file(
        self, way: str, cut: Cut, block_bytes: int, keys: Sequence[bytes], first: Passing
    ) -> BlockFile:
        """Return the file of what passes a cut, with its first blocks."""
        file = self._store.make(self._name(way, cut), block_bytes, {"layout": first.layout})
        if file is None:
            raise NotShared("there is no room")
        self._keep(file, keys, first.rows)
        return file

    def _keep(self, file: BlockFile, keys: Sequence[bytes], rows: Tensor) -> None:
        new = dict(zip(keys, rows, strict=True))  # an image may be asked twice at once
        self._store.append(file, list(new), [row.numpy().tobytes() for row in new.values()])

    def _layout(self, value: object, cut: Cut) -> Layout:
        layout = layout_of(value, self._recording.data.specs[cut.number].shape)
        if layout is None:
            raise NotShared("what passes a cut lies in memory in another order")
        return layout

    # ------------------------------------------------------------ workers

    def _apart(self, way: str, level: int | None, before: Passing, images: Images) -> Passing:
        """Return what a stage makes, in a worker that has run nothing else.

        `level` is that of the cut where it ends; None: it leads from the images to the last cut.
        """
        cut = self._cuts[-1 if level is None else level]
        start = self._cuts[level - 1] if level else None
        scope = f"{self._name(way, cut)} {start}"

        def run(name: str, *args: object) -> Answer:
            return self._workers.run_apart(scope, name, *args)

        stage = Stage(key=scope, way=way, start=start, stop=cut)
        answer = self._ask(run, stage, before, images)
        layout, rows = self._layout(answer.get("layout"), cut), answer.get("rows")
        expected = (len(before.rows), cut.block_bytes // FLOAT_BYTES)
        if not isinstance(rows, Tensor) or (tuple(rows.shape), rows.dtype) != (expected, FLOAT):
            raise Denied("no rows of a stage")
        return Passing(rows=rows, layout=layout)

    def _last(self, way: str, before: Passing, images: Images) -> Tensor:
        """Return the outputs of the last stage."""
        stage = Stage(key=f"{self._key} {way}", way=way, start=self._cuts[-1], stop=None)
        answer = self._ask(self._workers.run, stage, before, images)
        output = answer.get("output")
        if not isinstance(output, Tensor) or len(output) != len(before.rows):
            raise Denied("no output for each image")
        return output

    def _ask(
        self, run: Callable[..., Answer], stage: Stage, before: Passing, images: Images
    ) -> Answer:
        """Return the answer about a stage, which is sent first where the worker is a fresh one."""
        scaling = (images.mean, images.deviation) if stage.start is None else ([], [])
        arguments = (stage.key, before.rows, before.layout, *scaling, stage.stop is None)
        answer = run("run_stage", *arguments)
        if networks.UNKNOWN in answer:
            part = stage_of(self._recording, stage.start, stage.stop)
            values = {spec.name: self._values[spec.name] for spec in part.data.tensors}
            is_first, onednn = stage.start is None, bool(torch._C._get_mkldnn_enabled())
            run("fix_stage", stage.key, encode(part), values, stage.way, is_first, onednn)
            answer = run("run_stage", *arguments)
        if networks.DENIED in answer:
            raise Denied(str(answer[networks.DENIED]))
        return answer
