"""The web process: the public pages, and on a port of its own the route that the bot calls back on.

The bot is called by a page and calls back before that page has answered. Two servers with a pool of threads each
make sure that waiting pages can never take the thread that the call back needs. Neither writes an access log.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable
from typing import Any, Final

import waitress

from portal.app import create_app
from portal.chat.actions import create_actions_app
from portal.current import EXTENSION, Parts
from portal.records.sealing import BadContentKey
from portal.settings import LARGEST_BODY, SettingsError, from_environment
from portal.triage.reader import RuleFilesInvalid

PAGE_THREADS: Final = 16
ACTION_THREADS: Final = 4

TO_THE_WORLD: Final[dict[str, Any]] = {
    "threads": PAGE_THREADS,
    "ident": None,
    # Browsers keep several connections open, idle ones too: at the usual hundred, a school class shuts out the rest.
    "connection_limit": 1000,
    "asyncore_use_poll": True,
    "channel_timeout": 30,
    # Room for the portal's own page about too long a text. What is longer is refused unread, and nothing that was
    # posted is ever put aside in a file.
    "max_request_body_size": 2 * LARGEST_BODY,
    "inbuf_overflow": 2 * LARGEST_BODY + 1,
}
"""How the public pages are served; see the Arguments of waitress."""


def main() -> None:
    """Serve until stopped. Ends with one clear sentence and status 1 when that cannot be done."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", stream=sys.stdout)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        settings = from_environment(os.environ)
        app = create_app(settings)
        parts: Parts = app.extensions[EXTENSION]
        parts.rules.current()
        actions = waitress.create_server(
            create_actions_app(parts), host="127.0.0.1", port=settings.actions_port, threads=ACTION_THREADS
        )
        pages = waitress.create_server(app, host=settings.host, port=settings.port, **TO_THE_WORLD)
    except (SettingsError, BadContentKey, RuleFilesInvalid) as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(f"The portal cannot listen on its port: {error.strerror}. Set PORT or ACTIONS_PORT to a free one.")
    _in_background(actions.run)
    logging.getLogger("portal").info("The portal answers on http://%s:%d", settings.host, settings.port)
    pages.run()


def _in_background(run: Callable[[], Any]) -> None:
    threading.Thread(target=run, name="actions", daemon=True).start()


if __name__ == "__main__":
    main()
