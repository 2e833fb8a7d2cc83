"""Measure the bot and the way to it through the portal, beside Rasa's bare parsing. Standard library only.

python bot/bench.py [--rounds 3]     needs the prepared bot and portal; `make bench-bot` sees to it

Everything it starts is its own: bot, portal with an empty database, a second Rasa whose API is on, all on loopback,
with secrets and folders made for the run. Bare parsing and triage take turns, so that what else the machine does falls
on both; the ratio is the median over the rounds. Prints a table in Markdown.
"""

from __future__ import annotations

import argparse
import base64
import http.client
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bot import start

PORTAL = start.PROJECT / ".venv" / "bin" / "python"
CLIENTS = (1, 8)
START_WITHIN = 90.0  # seconds
SIZE = 200  # characters
TEXTS = [
    text[:SIZE]
    for text in (
        "Jag har fått ett brev om att vi måste flytta ut ur lägenheten eftersom vi ligger efter med två hyror. Jag har "
        "börjat jobba igen men lönen kommer först nästa månad. Vem kan jag prata med om att få hjälp med hyran?",
        "I moved here with my two children last autumn and I still do not understand how the support for families "
        "works. My hours at work were cut and the money runs out before the month is over. Where do I begin?",
        "Olemme mieheni kanssa riidelleet rahasta ja lapsista koko kevään, ja haluaisin että joku ulkopuolinen "
        "kuuntelisi meitä molempia. Voiko kunnasta saada keskusteluapua, ja maksaako se jotain? Odotus on pitkä.",
        "ابني لا يذهب إلى المدرسة منذ أسبوعين ويقضي الوقت كله في اللعب على الحاسوب. حاولت أن أتكلم معه لكنه يغلق باب "
        "غرفته. لا أعرف إلى من أتوجه في البلدية وهل توجد مساعدة للوالدين في مثل هذه الحالة؟ شكرا لكم على الرد السريع.",
        "Mi hermano bebe todos los fines de semana y ha dejado de venir a comer con nosotros. Quiere cambiar, pero no "
        "sabe a quién pedir ayuda. ¿Hay algún sitio donde se pueda hablar sin cita y sin dar el nombre?",
        "Моя мама живе сама, їй важко оплачувати рахунки і вона не розуміє листів, які приходять шведською мовою. Чи "
        "можна отримати допомогу з заявою на виплати, і чи потрібно для цього приходити особисто до вас у центр?",
        "Waxaan ahay hooyo keligeed ah oo leh saddex carruur ah. Kirada guriga way qaali tahay, mushaharkuna kuma "
        "filna bisha oo dhan. Ma jiraa qof iga caawin kara sida loo codsado taageerada dhaqaalaha iyo waraaqaha?",
        "پسرم شانزده ساله است و تازه با دوستان بزرگتری رفت و آمد می‌کند. شب‌ها دیر به خانه می‌آید و درباره مدرسه حرفی "
        "نمی‌زند. می‌خواهم با کسی صحبت کنم که بداند چطور باید با یک نوجوان حرف زد و چه کمکی هست.",
    )
]


class Measure:
    """Seconds of every message, by what was measured and with how many clients, one list a round."""

    def __init__(self, messages: int) -> None:
        self.messages = messages
        self.rounds: dict[tuple[str, int], list[list[float]]] = {}

    def take(self, name: str, clients: int, client: Callable[[int], Callable[[int], None]]) -> None:
        """One round: each client says its share of the messages, one after another, on a connection of its own."""

        def talk(number: int) -> list[float]:
            say, times = client(number), []
            for turn in range(self.messages // clients):
                began = time.perf_counter()
                say(number + turn)
                times.append(time.perf_counter() - began)
            return times

        with ThreadPoolExecutor(clients) as people:
            times = [seconds for share in people.map(talk, range(clients)) for seconds in share]
        self.rounds.setdefault((name, clients), []).append(times)

    def percentile(self, name: str, clients: int, share: float) -> float:
        """Milliseconds, over all rounds."""
        return percentile([seconds for times in self.rounds[name, clients] for seconds in times], share) * 1000

    def ratio(self, name: str, beside: str, clients: int) -> float:
        pairs = zip(self.rounds[name, clients], self.rounds[beside, clients], strict=True)
        return median(percentile(one, 0.95) / percentile(other, 0.95) for one, other in pairs)


def percentile(times: list[float], share: float) -> float:
    return sorted(times)[min(int(len(times) * share), len(times) - 1)]


def main() -> int:
    options = argparse.ArgumentParser(description="Measure the bot and the way to it.")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--messages", type=int, default=64, help="of each kind in a round, shared by the clients")
    chosen = options.parse_args()
    signal.signal(signal.SIGTERM, start.end_quietly)  # and end what was started
    if os.getloadavg()[0] > 0.5:
        print(f"The machine is busy (load {os.getloadavg()[0]:.1f}); ratios hold better than times.\n", flush=True)
    print("| | |\n|---|---|")
    with tempfile.TemporaryDirectory() as folder, ExitStack() as ended:
        serve_and_measure(Path(folder), ended, chosen.rounds, chosen.messages)
    with tempfile.TemporaryDirectory() as folder:
        row("learning anew, one new phrase", f"{learn(Path(folder)):.0f} s")
    print(f"\nLoad of the machine at the end: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.")
    return 0


def row(name: str, value: str) -> None:
    print(f"| {name} | {value} |", flush=True)


def serve_and_measure(folder: Path, ended: ExitStack, rounds: int, messages: int) -> None:
    """Start everything, measure, print."""
    ports = {name: str(free_port()) for name in ("PORT", "ACTIONS_PORT", "BOT", "BARE")}
    own = {
        **os.environ,
        "BOT_URL": f"http://127.0.0.1:{ports['BOT']}",
        "BOT_SECRET": secrets.token_hex(32),
        "SECRET_KEY": secrets.token_hex(32),
        "CONTENT_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
        "PORT": ports["PORT"],
        "ACTIONS_PORT": ports["ACTIONS_PORT"],
        "ACTIONS_URL": f"http://127.0.0.1:{ports['ACTIONS_PORT']}/internal/bot/actions",
        "VAR_FOLDER": str(folder),
        "DATABASE_URL": f"sqlite:///{folder / 'portal.db'}",
        "RATE_LIMITS": "off",
    }
    subprocess.run(
        [str(PORTAL), "-m", "tools.prepare_data"], cwd=start.PROJECT, env=own, check=True, capture_output=True
    )
    began = time.monotonic()
    bot = ended.enter_context(running([sys.executable, str(start.BOT / "start.py")], own))
    for line in bot.stdout or ():
        if line.startswith("bot: ready"):
            break
    ready = time.monotonic() - began
    portal = ended.enter_context(running([str(PORTAL), "-m", "portal.serve"], own))
    token = secrets.token_hex(16)
    os.environ.update({name: own[name] for name in ("BOT_SECRET", "ACTIONS_URL")})
    served = ["run", "--quiet", "-i", "127.0.0.1", "-p", ports["BARE"], "-m", str(start.newest_models()[0])]
    files = ["--endpoints", str(start.BOT / "endpoints.yml"), "--credentials", str(start.BOT / "credentials.yml")]
    bare = start.launcher(*served, *files, "--enable-api", "--auth-token", token)
    ended.callback(shutil.rmtree, start.own_folder(), ignore_errors=True)
    ended.enter_context(running(bare, start.settings()))
    wait_for_port(int(ports["PORT"]))
    wait_for_port(int(ports["BARE"]))
    measure = Measure(messages)
    kinds: dict[str, Callable[[int], Callable[[int], None]]] = {
        "bare parse": lambda number: poster(int(ports["BARE"]), f"/model/parse?token={token}"),
        "triage": lambda number: poster(int(ports["PORT"]), "/api/v1/triage"),
        "chat message": lambda number: chatter(int(ports["PORT"])),
    }
    for name, client in kinds.items():
        Measure(len(TEXTS)).take(name, 1, client)  # what is loaded with the first message is not what is asked
    for _ in range(rounds):
        for clients in CLIENTS:
            for name, client in kinds.items():
                measure.take(name, clients, client)
    row("start to ready", f"{ready:.1f} s")
    row("memory of the bot, `start.py` and Rasa", f"{resident(bot.pid):.0f} MB")
    row("memory of the portal's web process", f"{resident(portal.pid):.0f} MB")
    for clients in CLIENTS:
        for name in kinds:
            p50, p95 = (measure.percentile(name, clients, share) for share in (0.5, 0.95))
            row(f"{name}, {clients} at once", f"p50 {p50:.0f} ms, p95 {p95:.0f} ms")
        ratio = measure.ratio("triage", "bare parse", clients)
        row(f"triage p95 / bare parse p95, {clients} at once", f"{ratio:.2f}")


@contextmanager
def running(command: list[str], settings: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        command, cwd=start.PROJECT, env=settings, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=20)


def poster(port: int, path: str) -> Callable[[int], None]:
    """Posts one of TEXTS as JSON on a connection that stays open."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def post(number: int) -> None:
        body = json.dumps({"text": TEXTS[number % len(TEXTS)]})
        connection.request("POST", path, body, {"Content-Type": "application/json"})
        answer: dict[str, Any] = json.loads(connection.getresponse().read())
        if "intent" not in answer and not answer.get("understood"):
            raise SystemExit(f"{path.partition('?')[0]} did not answer with what it understood.")

    return post


def chatter(port: int) -> Callable[[int], None]:
    """Posts the chat's own form, as a browser without scripts would: one person, who goes on talking."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    person = {"cookie": "", "token": ""}

    def come() -> None:
        connection.request("GET", "/sv/chat")
        answer = connection.getresponse()
        person["token"] = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', answer.read().decode())[0]
        person["cookie"] = str(answer.getheader("Set-Cookie")).partition(";")[0]

    def say(number: int) -> None:
        form = urlencode({"csrf_token": person["token"], "text": TEXTS[number % len(TEXTS)]})
        headers = {"Cookie": person["cookie"], "Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", "/sv/chat", form, {**headers, "Referer": f"http://127.0.0.1:{port}/sv/chat"})
        answer = connection.getresponse()
        answer.read()
        if answer.status != http.HTTPStatus.SEE_OTHER:
            raise SystemExit(f"The chat answered {answer.status}.")

    come()
    return say


def learn(folder: Path) -> float:
    """Seconds until a changed phrase is learnt, in a folder of its own, with the vectors of the project."""
    rules = folder / "rules"
    shutil.copytree(start.RULES, rules)
    topic = rules / "topics" / "money.yaml"
    before, _, after = topic.read_text(encoding="utf-8").partition("phrases:\n  sv:\n")
    topic.write_text(f"{before}phrases:\n  sv:\n    - hyran är höjd och plånboken tom\n{after}", encoding="utf-8")
    settings = {**os.environ, "BOT_VAR": str(folder), "TRIAGE_RULES": str(rules)}
    began = time.monotonic()
    subprocess.run(
        [sys.executable, str(start.BOT / "start.py"), "--prepare"], env=settings, check=True, capture_output=True
    )
    return time.monotonic() - began


def wait_for_port(port: int) -> None:
    until = time.monotonic() + START_WITHIN
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise SystemExit(f"Nothing answers on port {port}.")


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
