"""Measure the bot: how long until it answers, how much memory, how long a message takes. Standard library only.

python bot/bench.py [messages]      needs the prepared bot (bot/start.py --prepare); starts one of its own
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

BOT = Path(__file__).resolve().parent
MESSAGES = [
    "Hej!",
    "jag blir snart vräkt och vet inte vart jag ska ta vägen",
    "I can't pay the rent this month and my children need food.",
    "أبي يصرخ علينا كل يوم ولا أستطيع النوم",
    "Min son går inte till skolan. Han är ute hela nätterna med äldre killar. Jag är orolig.",
    "hur får jag parkeringstillstånd",
    "tack",
]


class Actions(BaseHTTPRequestHandler):
    """Answers as the portal's triage would, without triage: what is measured is the bot."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        body = json.dumps({"events": [], "responses": [{"custom": {"key": "result", "args": {}}}]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    actions = ThreadingHTTPServer(("127.0.0.1", 0), Actions)
    threading.Thread(target=actions.serve_forever, daemon=True).start()
    url, secret = f"http://127.0.0.1:{free_port()}", secrets.token_hex(16)
    settings = {
        **os.environ,
        "BOT_URL": url,
        "BOT_SECRET": secret,
        "ACTIONS_URL": f"http://127.0.0.1:{actions.server_port}",
    }
    began = time.monotonic()
    bot = subprocess.Popen([sys.executable, str(BOT / "start.py")], env=settings, stdout=subprocess.PIPE, text=True)
    try:
        for line in bot.stdout or ():
            if line.startswith("bot: ready"):
                break
        else:
            print("The bot did not start: python bot/start.py says why.")
            return 1
        print(f"start to ready   {time.monotonic() - began:6.1f} s")
        for path in ("parse", "message"):
            times = sorted(call(url, secret, path, number) for number in range(count))
            p50, p95 = times[count // 2] * 1000, times[int(count * 0.95)] * 1000
            print(f"{path:<17}{p50:6.1f} ms median, {p95:.1f} ms at 95 %, {count / sum(times):.0f} a second")
        print(f"resident memory  {resident(bot.pid):6.0f} MB (start.py and Rasa)")
    finally:
        bot.terminate()
        bot.wait()
        actions.shutdown()
    return 0


def call(url: str, secret: str, path: str, number: int) -> float:
    """Seconds for one message; ten in a row are one conversation."""
    body = {"text": MESSAGES[number % len(MESSAGES)]}
    if path == "message":
        body["conversation"] = f"{number // 10:032x}"
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{url}/webhooks/portal/{path}", json.dumps(body).encode(), headers)
    began = time.perf_counter()
    with urllib.request.urlopen(request, timeout=30) as answer:
        answer.read()
    return time.perf_counter() - began


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def resident(parent: int) -> float:
    """MB in memory of a process and its children."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,rss="], capture_output=True, text=True, check=True)
    rows = [[int(number) for number in line.split()] for line in listed.stdout.splitlines()]
    return sum(rss for pid, ppid, rss in rows if parent in (pid, ppid)) / 1024


if __name__ == "__main__":
    sys.exit(main())
