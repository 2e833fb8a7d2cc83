"""Pages for the person asking. Each works as plain form posts; scripts only add comfort."""

from flask import Blueprint

blueprint = Blueprint("citizen", __name__)

# The views register themselves on the blueprint, so they come after it.
from portal.citizen import answers as answers  # noqa: E402
from portal.citizen import ask as ask  # noqa: E402
from portal.citizen import ask_publicly as ask_publicly  # noqa: E402
from portal.citizen import everything as everything  # noqa: E402
from portal.citizen import follow_up as follow_up  # noqa: E402
from portal.citizen import leave as leave  # noqa: E402
from portal.citizen import places as places  # noqa: E402
from portal.citizen import sending as sending  # noqa: E402
from portal.citizen import services as services  # noqa: E402
from portal.citizen import start as start  # noqa: E402
from portal.citizen import words as words  # noqa: E402
