"""For all tests: property tests are judged by what is true, never by how long a busy machine takes."""

import os

from hypothesis import Phase, settings

settings.register_profile("untimed", deadline=None)
# For `make mutation`, which runs the tests of a function once for each change to it: the same few examples each time,
# and a failure is enough, however long its example.
settings.register_profile(
    "few",
    deadline=None,
    max_examples=30,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "untimed"))
