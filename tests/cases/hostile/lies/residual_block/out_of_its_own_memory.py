# loses: performance.residual_block.basic_block, performance.residual_block.bottleneck, performance.residual_block.resnet
# earns: 0
"""A limit of memory that it sets itself makes every answer impossible: not even the error can be told."""

import resource

_pages = int(open("/proc/self/statm").read().split()[0]) if __import__("os").path.exists("/proc/self/statm") else 1 << 20


class PlainBlock:
    expansion = 1

    def __init__(self, *args, **named):
        resource.setrlimit(resource.RLIMIT_AS, (_pages * 4096, _pages * 4096))
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
        [bytes(1 << 20) for _ in range(1 << 20)]


BasicBlock = Bottleneck = ResNet = PlainBlock
