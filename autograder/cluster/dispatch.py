"""The dispatch of a run: hand-ins to nodes as they have room, and back where a node is lost."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from autograder.cluster.backlog import Backlog, Item, NodeState
from autograder.cluster.capacity import jobs_by_assignment, offer_of
from autograder.cluster.job import Job
from autograder.cluster.messages import hand_in_frame, preparation_frame
from autograder.cluster.node_link import NodeLink, NodeLost
from autograder.errors import CourseError, HostError
from autograder.grading.executor import Execution, weaker
from autograder.model import Level
from autograder.results import ResultError

if TYPE_CHECKING:
    from distributed import Client

logger = logging.getLogger(__name__)
POLL_S = 1.0  # between two looks at which workers the scheduler has
IDLE_S = 0.1  # between two looks of a node without work at what waits
SCHEDULER_TIMEOUT_S = 30.0
PREPARE_TIMEOUT_S = 600.0  # a slow disk, and large data, take their time
PING_EVERY_POLLS = 20
MAX_FAILURES = 3  # starts of one node in a row after which nothing was graded
MAX_NAMED_NODES = 5  # in a remark
KEPT = "what was finished is kept: run the same command again for the rest"


class Dispatch:
    """One run on the nodes of a cluster."""

    def __init__(self, client: Client, job: Job, backlog: Backlog) -> None:
        self._level: Level | None = None  # the weakest sandbox level in force
        self._client = client
        self._job = job
        self._backlog = backlog
        self._token = secrets.token_hex(8)
        self._number = 0  # of questions so far
        self._links: dict[str, NodeLink] = {}  # by address, of workers that are there
        self._serving: dict[str, NodeState] = {}  # by address, of nodes that are ready
        self._tasks: set[asyncio.Task[None]] = set()
        self._given_up: dict[str, str] = {}  # why, by address
        self._gone: list[str] = []  # addresses of workers that ended
        self._usable_at = time.monotonic()
        self._is_cut_off = False  # the scheduler is gone, and with it the way to the nodes

    async def run(self) -> Execution:
        """Grade every hand-in of the backlog.

        CourseError where the graders are at fault, HostError where the scheduler is lost, or no
        node serves.
        """
        polls = 0
        try:
            while not self._backlog.is_finished:
                self._follow(await self._workers())
                polls += 1
                if polls % PING_EVERY_POLLS == 0:
                    for link in self._links.values():
                        link.ping()
                await self._wait()
                self._require_nodes()
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            if not self._is_cut_off:
                await asyncio.gather(*(link.stop() for link in self._links.values()))
        return Execution(level=self._level, remarks=tuple(self._remarks()))

    def _remarks(self) -> Iterator[str]:
        """Yield a line for each node that was given up, and one for those that ended."""
        yield from self._given_up.values()
        if self._gone:
            named = ", ".join(self._gone[:MAX_NAMED_NODES])
            more = " …" if len(self._gone) > MAX_NAMED_NODES else ""
            yield f"nodes that ended, whose hand-ins were graded elsewhere: {named}{more}"

    async def _workers(self) -> dict[str, dict[str, Any]]:
        """Return what the scheduler knows of its workers, by address."""
        scheduler = self._client.scheduler
        # Dask would try to connect again; but its workers end with their scheduler.
        if scheduler is None or self._client.status != "running":
            raise self._scheduler_lost()
        try:
            async with asyncio.timeout(SCHEDULER_TIMEOUT_S):
                found = await scheduler.identity(n_workers=-1)
        except (OSError, TimeoutError, ValueError, RuntimeError):
            raise self._scheduler_lost() from None
        workers: dict[str, dict[str, Any]] = found["workers"]
        return workers

    def _scheduler_lost(self) -> HostError:
        self._is_cut_off = True
        return HostError(f"the scheduler of the cluster does not answer any more; {KEPT}")

    def _follow(self, workers: dict[str, dict[str, Any]]) -> None:
        """Note which workers came and went, and prepare those that came."""
        for address in self._links.keys() - workers.keys():
            logger.warning("node %s: its worker is gone", address)
            self._gone.append(address)
            self._links.pop(address).is_gone.set()
        for address in workers.keys() - self._links.keys() - self._given_up.keys():
            is_quiet = self._job.settings.kind == "local"
            link = NodeLink(self._client, address, self._token, is_quiet=is_quiet)
            self._links[address] = link
            self._tasks.add(asyncio.create_task(self._serve(link, workers[address])))

    async def _wait(self) -> None:
        """Wait a moment, or until a node ends; raise what ended the whole run."""
        if self._tasks:
            done, self._tasks = await asyncio.wait(
                self._tasks, timeout=POLL_S, return_when=asyncio.FIRST_COMPLETED
            )
            for error in [task.exception() for task in done]:  # of all, before one is raised
                if error is not None:
                    raise error
        else:
            await asyncio.sleep(IDLE_S)

    def _require_nodes(self) -> None:
        """Raise HostError where no node has served for too long."""
        if self._serving or self._backlog.is_finished:
            self._usable_at = time.monotonic()
        elif time.monotonic() - self._usable_at > self._job.settings.wait or (
            self._given_up and not self._tasks and self._job.settings.kind == "local"
        ):
            reasons = list(dict.fromkeys(self._given_up.values()))
            raise HostError("\n".join([*reasons, f"no node of the cluster serves; {KEPT}"]))

    async def _serve(self, link: NodeLink, worker: dict[str, Any]) -> None:
        """Prepare a node and let it grade; start it again where its process died."""
        settings, failures = self._job.settings, 0
        offer = offer_of(
            worker["nthreads"], worker.get("resources", {}), settings, self._job.run.jobs
        )
        jobs = jobs_by_assignment(offer, self._job.assignments, settings)
        if not jobs:
            self._give_up(link, "it has too little memory, or no GPU, for every assignment")
            return
        while not link.is_gone.is_set():
            node = NodeState(address=link.address, jobs=jobs)
            graded_before = self._backlog.unfinished
            try:
                await link.begin(preparation_frame(self._job.preparation(jobs)), PREPARE_TIMEOUT_S)
                logger.info("node %s: ready, jobs %s", link.address, max(jobs.values()))
                self._serving[link.address] = node
                await self._feed(link, node)
                return
            except NodeLost as lost:
                if lost.is_course:
                    raise CourseError(*str(lost).split("\n")) from None
                self._put_back(node, lost)
                failures = 1 if self._backlog.unfinished < graded_before else failures + 1
                if lost.is_final or failures >= MAX_FAILURES:
                    self._give_up(link, str(lost))
                    await link.stop()
                    return
                logger.warning("node %s: started again: %s", link.address, lost)
                await link.settle()
            finally:
                self._serving.pop(link.address, None)

    def _give_up(self, link: NodeLink, reason: str) -> None:
        if not link.is_gone.is_set():
            self._given_up[link.address] = f"node {link.address}: given up: {reason}"
        logger.warning("node %s: given up: %s", link.address, reason)

    def _put_back(self, node: NodeState, lost: NodeLost) -> None:
        for item in node.in_hand:
            logger.warning("%s: lost, and graded elsewhere: %s", item.name, lost)
        self._backlog.lose(node, str(lost), is_counted=lost.is_counted)

    async def _feed(self, link: NodeLink, node: NodeState) -> None:
        """Give a node hand-ins as long as there are any; NodeLost where it serves no more."""
        asked: dict[asyncio.Task[None], Item] = {}
        try:
            while not self._backlog.is_finished:
                is_only = len(self._serving) == 1
                while (item := self._backlog.take(node, is_only_node=is_only)) is not None:
                    asked[asyncio.create_task(self._grade(link, node, item))] = item
                if not asked:
                    await asyncio.sleep(IDLE_S)  # another node may be lost, and its hand-ins wait
                    continue
                done, _ = await asyncio.wait(
                    asked, timeout=POLL_S, return_when=asyncio.FIRST_COMPLETED
                )
                errors = [task.exception() for task in done]  # of all, before one is raised
                for task in done:
                    del asked[task]
                for error in errors:
                    if error is not None:
                        raise error
        finally:
            for task in asked:
                task.cancel()
            await asyncio.gather(*asked, return_exceptions=True)

    async def _grade(self, link: NodeLink, node: NodeState, item: Item) -> None:
        """Have a node grade a hand-in, and keep its result."""
        self._number += 1
        frame = hand_in_frame(self._number, self._job.read(item))
        answer = await link.ask(frame, self._job.seconds_for(item.hand_in.assignment))
        try:
            sheet = self._job.sheet_of(item, answer)
        except ResultError as error:
            raise NodeLost(f"it answered nonsense: {error}", is_final=True) from None
        if sheet.status == "needs_review" and not item.doubted and len(self._serving) > 1:
            logger.warning("%s: a fault of ours on %s: graded once more", item.name, link.address)
            self._backlog.doubt(node, item)
            return
        result = f"{sheet.earned} of {sheet.possible} points, {sheet.status}"
        logger.info(
            "%s: graded in %.2f s on %s: %s", item.name, answer.seconds, link.address, result
        )
        self._level = weaker(self._level, self._job.keep(sheet, answer))
        self._backlog.finish(node, item)
