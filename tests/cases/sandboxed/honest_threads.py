# expect: 'done'
"""What ordinary code does with threads and time: pools, timers, asyncio, an alarm."""

import asyncio
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor


class Alarm(Exception):
    pass


def ring(*_):
    raise Alarm


async def both():
    await asyncio.sleep(0.001)
    return await asyncio.to_thread(abs, -1)


def attack(host):
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(abs, [-1, 2])) == [1, 2]
    assert asyncio.run(both()) == 1
    timer = threading.Timer(0.001, print)
    timer.start()
    timer.join()
    signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    try:
        time.sleep(20)
    except Alarm:
        return "done"
