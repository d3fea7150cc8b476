"""Fetching from a real server on this machine: whole, in pieces, wrong, or not at all."""

from __future__ import annotations

import fcntl
import hashlib
import io
import shutil
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from autograder.errors import CourseError, HostError
from autograder.measuring.data import downloads
from autograder.measuring.data.fetch import (
    CHUNK_BYTES,
    MAX_ATTEMPTS,
    DownloadSource,
    fetch,
    part_of,
)
from autograder.measuring.data.flowers import image_file, read_split

CONTENT = bytes(range(256)) * 4096 * 3 + b"the end"  # three chunks and a bit
FILE = Path("weights", "model.pth")


@dataclass
class Server:
    """A web server: what it serves, how it behaves, and what it was asked."""

    address: str
    files: dict[str, bytes] = field(default_factory=dict)
    patience: list[int] = field(
        default_factory=list
    )  # bytes after which the next answers break off
    resumes: bool = True  # whether it knows ranges
    asked: list[str] = field(default_factory=list)  # the ranges

    def source(self, content: bytes = CONTENT, file: Path = FILE) -> DownloadSource:
        """Return a file of this server, whose checksum is that of `content`."""
        checksum = hashlib.sha256(content).hexdigest()[:8]
        return DownloadSource(
            url=f"{self.address}/{file.name}", file=file, algorithm="sha256", checksum=checksum
        )


@pytest.fixture
def server() -> Iterator[Server]:
    """Run a server with one file."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = state.files.get(self.path.lstrip("/"))
            start = (
                int(self.headers["Range"].removeprefix("bytes=").rstrip("-"))
                if state.resumes
                else 0
            )
            state.asked.append(self.headers["Range"])
            if content is None:
                self.send_error(404)
            elif start >= len(content):
                self.send_error(416)
            else:
                rest = content[start:]
                self.send_response(206 if start else 200)
                self.send_header("Content-Length", str(len(rest)))
                self.end_headers()
                self.wfile.write(rest[: state.patience.pop(0)] if state.patience else rest)

        def log_message(self, *_: object) -> None:
            pass

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state = Server(address=f"http://127.0.0.1:{running.server_port}", files={FILE.name: CONTENT})
    thread = Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield state
    running.shutdown()
    thread.join()
    running.server_close()


def test_a_file_is_fetched(server: Server, tmp_path: Path) -> None:
    """It lies in its place, with its content, and nothing else does."""
    assert fetch(server.source(), tmp_path)
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == [tmp_path / FILE]
    assert (tmp_path / FILE).read_bytes() == CONTENT


def test_a_file_that_is_there_is_not_fetched_again(server: Server, tmp_path: Path) -> None:
    """The server is not even asked."""
    fetch(server.source(), tmp_path)
    assert not fetch(server.source(), tmp_path)
    assert len(server.asked) == 1


def test_a_damaged_file_is_fetched_again(server: Server, tmp_path: Path) -> None:
    """What lies there under the right name, but is not the right file, is replaced."""
    (tmp_path / FILE).parent.mkdir()
    (tmp_path / FILE).write_bytes(CONTENT[:-1])
    assert fetch(server.source(), tmp_path)
    assert (tmp_path / FILE).read_bytes() == CONTENT


def test_an_interrupted_transfer_goes_on_by_itself(server: Server, tmp_path: Path) -> None:
    """When the connection breaks only what is missing is asked for."""
    server.patience = [CHUNK_BYTES + 5]
    fetch(server.source(), tmp_path)
    assert server.asked == ["bytes=0-", f"bytes={CHUNK_BYTES + 5}-"]
    assert (tmp_path / FILE).read_bytes() == CONTENT


def test_a_transfer_that_was_given_up_goes_on_with_the_next_command(
    server: Server, tmp_path: Path
) -> None:
    """What came is kept, the message says so, and the same command completes it."""
    server.patience = [100] * MAX_ATTEMPTS
    with pytest.raises(
        HostError, match=r"300 bytes are kept in .*model\.pth\.part.*run the same command again"
    ):
        fetch(server.source(), tmp_path)
    assert not (tmp_path / FILE).exists()
    assert fetch(server.source(), tmp_path)
    assert server.asked[-1] == "bytes=300-"
    assert (tmp_path / FILE).read_bytes() == CONTENT


def test_a_server_without_ranges_sends_all_again(server: Server, tmp_path: Path) -> None:
    """What is kept is not doubled where the server begins at the beginning."""
    server.resumes, server.patience = False, [CHUNK_BYTES]
    fetch(server.source(), tmp_path)
    assert (tmp_path / FILE).read_bytes() == CONTENT


def test_a_whole_file_that_was_not_yet_in_place_is_taken(server: Server, tmp_path: Path) -> None:
    """Killed between the last byte and the rename, the next command verifies what is there."""
    part = part_of(tmp_path / FILE)
    part.parent.mkdir()
    part.write_bytes(CONTENT)
    assert fetch(server.source(), tmp_path)
    assert (tmp_path / FILE).read_bytes() == CONTENT


def test_pieces_of_two_versions_are_fetched_once_more(server: Server, tmp_path: Path) -> None:
    """Where the beginning was of another file, the whole is fetched from the beginning."""
    part = part_of(tmp_path / FILE)
    part.parent.mkdir()
    part.write_bytes(b"another beginning")
    fetch(server.source(), tmp_path)
    assert (tmp_path / FILE).read_bytes() == CONTENT


def test_a_wrong_file_is_refused(server: Server, tmp_path: Path) -> None:
    """What does not have the checksum is thrown away, and the message says what was expected."""
    server.files[FILE.name] = b"<html>Please log in</html>"
    with pytest.raises(
        HostError, match=r"not the file that torchvision names \(sha256 is not [0-9a-f]{8}…\)"
    ):
        fetch(server.source(), tmp_path)
    assert list((tmp_path / "weights").iterdir()) == []


def test_a_file_that_the_server_lacks_is_explained(server: Server, tmp_path: Path) -> None:
    """The message holds the address and the server's answer, and nothing is left behind."""
    with pytest.raises(
        HostError, match=rf"{server.address}/gone\.pth: cannot be fetched: the server answers 404"
    ):
        fetch(server.source(file=Path("weights", "gone.pth")), tmp_path)
    assert list((tmp_path / "weights").iterdir()) == []


def test_no_network_is_explained(tmp_path: Path) -> None:
    """Where nobody answers, the message says so and what to check."""
    source = DownloadSource(
        url="http://127.0.0.1:1/x.pth", file=FILE, algorithm="md5", checksum="0"
    )
    with pytest.raises(
        HostError, match=r"http://127\.0\.0\.1:1/x\.pth: cannot be fetched: .*Check the network"
    ):
        fetch(source, tmp_path)


def test_a_folder_that_takes_nothing_is_explained(server: Server, tmp_path: Path) -> None:
    """A file where a folder is needed is named."""
    (tmp_path / "weights").write_text("in the way")
    with pytest.raises(HostError, match=r"weights.*(exists|Not a directory).*name another folder"):
        fetch(server.source(), tmp_path)


def test_two_commands_do_not_write_one_file(server: Server, tmp_path: Path) -> None:
    """While one fetches, another is turned away."""
    part = part_of(tmp_path / FILE)
    part.parent.mkdir()
    with part.open("ab") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        with pytest.raises(HostError, match="another command is fetching this file"):
            fetch(server.source(), tmp_path)


def test_progress_is_reported(server: Server, tmp_path: Path) -> None:
    """With every chunk, how much is here and how much there is; resumed bytes count."""
    seen: list[tuple[int, int]] = []
    server.patience = [CHUNK_BYTES]
    fetch(server.source(), tmp_path, lambda source, here, total: seen.append((here, total)))
    assert [here for here, _ in seen] == sorted(here for here, _ in seen)
    assert seen[-1] == (len(CONTENT), len(CONTENT))


# ---------------------------------------------------------------- the originals


def archive(names: dict[str, bytes]) -> bytes:
    """Return a .tgz of files."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as tar:
        for name, content in names.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return stream.getvalue()


def test_the_flowers_are_those_that_torchvision_names() -> None:
    """Archive and lists come from its addresses, with its md5."""
    files = {source.file.name: source.checksum for source in downloads.flowers_sources()}
    assert list(files) == ["102flowers.tgz", "imagelabels.mat", "setid.mat"]
    assert all(len(md5) == 32 for md5 in files.values())


def test_the_weights_are_those_that_torchvision_names() -> None:
    """Each model's ImageNet weights, under torchvision's names, with the digits of their names."""
    files = {source.file.name: source.checksum for source in downloads.weights_sources()}
    assert files["resnet18-f37072fd.pth"] == "f37072fd"
    assert {name.split("-")[0] for name in files} >= {
        "resnet50",
        "mobilenet_v2",
        "vgg16",
        "vit_b_16",
    }
    assert not any("swag" in name for name in files)


def test_weights_of_a_model_that_is_not_there_are_refused() -> None:
    """An unknown model is answered with a near one."""
    with pytest.raises(
        CourseError, match="resnet81: torchvision has no such model; did you mean 'resnet1"
    ):
        downloads.weights_sources(["resnet81"])


def test_an_archive_is_unpacked_by_our_names_alone(tmp_path: Path) -> None:
    """Only images of the data set are taken, wherever the archive would have put others."""
    file = tmp_path / "102flowers.tgz"
    names = {
        "jpg/image_00001.jpg": b"one",
        "../evil.txt": b"x",
        "jpg/../../evil.jpg": b"x",
        "jpg/notes.txt": b"x",
    }
    file.write_bytes(archive(names))
    downloads.unpack(file, tmp_path / "flowers-102")
    found = [f for f in tmp_path.rglob("*") if f.is_file() and f != file]
    assert found == [image_file(tmp_path / "flowers-102", 1)]
    assert found[0].read_bytes() == b"one"


def test_an_unpacking_that_was_interrupted_goes_on(tmp_path: Path) -> None:
    """Images that are there stay, the others are added."""
    folder, file = tmp_path / "flowers-102", tmp_path / "102flowers.tgz"
    (folder / "jpg").mkdir(parents=True)
    image_file(folder, 1).write_bytes(b"there already")
    file.write_bytes(archive({f"jpg/image_0000{k}.jpg": b"new" for k in (1, 2)}))
    downloads.unpack(file, folder)
    assert [image_file(folder, k).read_bytes() for k in (1, 2)] == [b"there already", b"new"]


def test_a_damaged_archive_is_explained(tmp_path: Path) -> None:
    """An archive that ends early is named, and the message says what to do."""
    file = tmp_path / "102flowers.tgz"
    file.write_bytes(archive({"jpg/image_00001.jpg": CONTENT})[:200])
    with pytest.raises(HostError, match=r"102flowers\.tgz: cannot be unpacked: .*fetch it again"):
        downloads.unpack(file, tmp_path / "flowers-102")


def test_the_flowers_are_not_fetched_over_drawn_ones(drawn: Path) -> None:
    """Lists of one's own are not overwritten, nor mixed with the originals' images."""
    with pytest.raises(CourseError, match=r"is not the official list .*fetch into another folder"):
        downloads.fetch_flowers(drawn, lambda source, here, total: None)


def test_status_tells_what_is_there(drawn: Path, tmp_path: Path) -> None:
    """Images are counted by list, weights verified, what has begun to arrive is measured."""
    shutil.copytree(drawn, tmp_path, dirs_exist_ok=True)
    image_file(tmp_path / "flowers-102", read_split(tmp_path, "test").ids[0]).unlink()
    weights = tmp_path / "weights"
    weights.mkdir()
    (weights / "resnet18-f37072fd.pth").write_bytes(b"something else")
    (weights / "resnet34-b627a593.pth.part").write_bytes(b"begun")
    items = {item.name: item for item in downloads.status(tmp_path)}
    assert items["flowers-102 train"].state == "here"
    assert items["flowers-102 test"].state == "partly"
    assert "119 of 120 images" in items["flowers-102 test"].remark
    assert items["weights/resnet18-f37072fd.pth"].state == "wrong"
    assert items["weights/resnet34-b627a593.pth"].remark == "5 bytes so far"
    assert items["weights/vgg11-8a719046.pth"].state == "absent"
