"""Cuts of networks: what led to a tensor has one digest, and stages compute what the whole does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from autograder.checks.digests import digest_of
from autograder.programs.cuts import Cut, cuts_of, stage_of
from autograder.programs.encoding import decode, encode
from autograder.programs.inference import FixedNetwork, channels_last, fold_norms
from autograder.programs.program_data import Recording
from autograder.programs.record_network import record_network
from autograder.programs.stages import FAST, PLAIN, as_rows, fix_stage, run_stage

SIZE = 4  # images of a batch
SHAPE = (SIZE, 3, 16, 16)


class Block(nn.Module):
    """Two convolutions with norms, and a way around them."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.second = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norms = nn.ModuleList([nn.BatchNorm2d(channels) for _ in range(2)])

    def forward(self, x: Tensor) -> Tensor:
        """Return the sum of both ways."""
        y = self.norms[1](self.second(self.norms[0](self.first(x)).relu_()))
        y += x
        return torch.relu_(y)


def network(seed: int = 1, head: int = 1) -> nn.Sequential:
    """Return a small network; seeds draw its backbone and its head."""
    torch.manual_seed(seed)
    backbone = [nn.Conv2d(3, 8, 3, 2, 1, bias=False), nn.BatchNorm2d(8), nn.ReLU(True)]
    blocks = [Block(8), Block(8), nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    torch.manual_seed(head)
    made = nn.Sequential(*backbone, *blocks, nn.Linear(8, 5)).eval()
    for module in made.modules():
        if isinstance(module, nn.BatchNorm2d):
            assert module.running_var is not None
            module.running_var.uniform_(0.5, 2, generator=torch.Generator().manual_seed(seed))
    return made.requires_grad_(False)


def recorded(module: nn.Module) -> tuple[Recording, dict[str, Tensor]]:
    """Return a network as a program, and its values."""
    with torch.no_grad():
        recording = record_network(module, [torch.rand(SHAPE)])
    return recording, module.state_dict()


def cuts(module: nn.Module) -> list[Cut]:
    """Return the cuts of a network."""
    recording, values = recorded(module)
    digests = {number: digest_of(values[name]) for number, name in recording.data.names.items()}
    constants = zip(recording.data.constants, recording.constants, strict=True)
    return cuts_of(recording.data, {**digests, **{n: digest_of(t) for n, t in constants}})


def common(first: nn.Module, second: nn.Module) -> int:
    """Return how many cuts two networks share."""
    digests = {cut.digest for cut in cuts(first)}
    return sum(cut.digest in digests for cut in cuts(second))


def test_a_network_is_cut_where_one_tensor_leads_on() -> None:
    """There is a cut after the stem, each block, the pooling, and at the end: none inside a block.

    What passes is counted for each image.
    """
    assert [cut.block_bytes for cut in cuts(network())] == [4 * 8 * 64, 4 * 8 * 64, 4 * 8, 4 * 5]


def test_equal_backbones_share_all_but_the_end() -> None:
    """Another head leaves every cut before it as it is."""
    assert common(network(head=1), network(head=2)) == 3


def test_names_do_not_count() -> None:
    """A network within another module has the same cuts."""
    assert common(network(), nn.Sequential(network())) == 4


@pytest.mark.parametrize(("place", "shared"), [("0.weight", 0), ("4.norms.1.bias", 2)])
def test_another_weight_changes_all_that_follows(place: str, shared: int) -> None:
    """From the operation that takes it on, nothing is shared."""
    changed = network()
    changed.state_dict()[place].view(-1)[0] += 1e-6
    assert common(network(), changed) == shared


def test_other_statistics_are_other_values() -> None:
    """A buffer counts as a weight does."""
    changed = network()
    changed.state_dict()["4.norms.0.running_mean"][0] += 1e-6
    assert common(network(), changed) == 2


def test_another_argument_changes_all_that_follows() -> None:
    """The same weights in another stride are another network."""
    changed = network()
    layer = changed[0]
    assert isinstance(layer, nn.Conv2d)
    layer.padding = (3, 3)
    changed[0] = layer
    assert common(network(), nn.Sequential(*changed[:5], nn.AdaptiveAvgPool2d(1))) == 0


class InPlaceLater(nn.Module):
    """A network that writes on its way what it has computed before."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.last = nn.Conv2d(3, 3, 1), nn.Conv2d(3, 3, 1)
        self.scale = nn.Parameter(torch.ones(3, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        """Return what was written through a view."""
        y = self.conv(x)
        y.view(SIZE, -1).relu_()
        y.mul_(self.scale)
        return self.last(y)


class ChangesItsWeight(nn.Module):
    """A network that writes a buffer and uses it afterwards."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 1)
        self.register_buffer("count", torch.zeros(3, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        """Return the output, which the buffer is a part of."""
        y = torch.relu(self.conv(x))
        self.count += 1
        return self.conv(torch.relu(y)) + self.count


class MixesLater(nn.Module):
    """A network that takes the mean over the batch half way."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Conv2d(3, 3, 1), nn.Conv2d(3, 3, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Return the output."""
        y = torch.relu(self.first(x))
        return torch.relu(self.second(y - y.mean(0)))


class SharesANorm(nn.Module):
    """A network that uses one norm after two convolutions, which the whole does not fold."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Conv2d(3, 3, 1), nn.Conv2d(3, 3, 1)
        self.norm = nn.BatchNorm2d(3)
        self.last = nn.Conv2d(3, 2, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Return the output."""
        y: Tensor = self.norm(self.second(torch.relu(self.norm(self.first(x)))))
        return self.last(torch.relu(y))


NETWORKS: dict[str, tuple[Callable[[], nn.Module], int]] = {  # and the number of cuts
    "blocks": (network, 4),
    "written in place": (InPlaceLater, 3),
    "mixes images half way": (MixesLater, 1),
    "one norm twice": (SharesANorm, 3),
}


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("way", [PLAIN, FAST])
def test_stages_compute_what_the_whole_does(name: str, way: str) -> None:
    """At every cut, the outputs of the two stages are equal to the bit, whatever was between."""
    make, count = NETWORKS[name]
    module = make().eval()
    recording, values = recorded(module)
    found = cuts(module)
    assert len(found) == count
    whole = FixedNetwork(recording=recording, values=values)
    if way == FAST:
        whole = channels_last(fold_norms(whole))
    x = torch.rand(2 * SIZE, *SHAPE[1:])
    expected = torch.cat([whole(part) for part in torch.split(x, SIZE)])
    for cut in found:
        for key, stage in (
            ("first", stage_of(recording, None, cut)),
            ("last", stage_of(recording, cut, None)),
        ):
            encoded = encode(stage)
            decode(encoded)  # it breaks no rule
            taken = {spec.name: values[spec.name] for spec in stage.data.tensors}
            assert not fix_stage(key, encoded, taken, way, key == "first", True)
        passing = run_stage("first", x, None, [], [], False)
        assert tuple(passing["rows"].shape) == (2 * SIZE, cut.block_bytes // 4)  # type: ignore[attr-defined]
        answer = run_stage("last", passing["rows"], passing["layout"], [], [], True)  # type: ignore[arg-type]
        assert torch.equal(answer["output"], expected)  # type: ignore[arg-type]


def test_what_changes_its_weights_is_not_cut_before_they_are_used() -> None:
    """Where a buffer that was written is used later, two tensors lead on."""
    module = ChangesItsWeight().eval()
    positions = [cut.position for cut in cuts(module)]
    kinds = [operation.kind for operation in recorded(module)[0].data.operations]
    written = kinds.index("add_")
    assert all(position <= written or position == len(kinds) for position in positions)


def test_rows_are_what_memory_holds() -> None:
    """Each image's values are given in the order in which they lie in memory."""
    batch = torch.rand(SHAPE).contiguous(memory_format=torch.channels_last)
    rows = as_rows(batch)
    assert torch.equal(rows[1], batch[1].permute(1, 2, 0).flatten())
    assert torch.equal(rows.as_strided(batch.shape, batch.stride()), batch)
