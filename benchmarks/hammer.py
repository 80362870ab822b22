"""A load generator of its own: posts bodies over keep-alive connections, as fast as they are answered.

    python benchmarks/hammer.py PORT PATH CONNECTIONS < BODIES      (one body a line)

It imports nothing but the standard library, so that the server's side has most of the machine to itself. Prints
{"count": ..., "seconds": ..., "each_s": [...]}.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Iterator


async def post(port: int, requests: Iterator[bytes], each_s: list[float]) -> None:
    """One connection: the next request when the last one was answered. Raises RuntimeError unless with 200."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for request in requests:
        asked = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        await reader.readexactly(length)
        each_s.append(time.perf_counter() - asked)
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(head.decode())
    writer.close()
    await writer.wait_closed()


def as_requests(path: str, bodies: list[bytes]) -> list[bytes]:
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: "
    return [head.encode() + str(len(body)).encode() + b"\r\n\r\n" + body for body in bodies]


async def main(port: int, path: str, connections: int) -> None:
    requests = as_requests(path, sys.stdin.buffer.read().splitlines())
    each_s: list[float] = []
    left, started = iter(requests), time.perf_counter()
    await asyncio.gather(*(post(port, left, each_s) for _ in range(connections)))
    print(json.dumps({"count": len(requests), "seconds": time.perf_counter() - started, "each_s": each_s}))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
