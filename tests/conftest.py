"""For all tests: property tests are judged by what is true, never by how long a busy machine takes."""

import os

import pytest
from hypothesis import Phase, settings
from jinja2 import BytecodeCache, FileSystemBytecodeCache

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


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> BytecodeCache:
    """Compiled once for all applications of a run: each test has an application of its own, and compiling a page's
    templates takes longer than most tests."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))
