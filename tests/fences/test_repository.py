"""What must hold for the repository as a whole, file by file."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from run_tests import SETTINGS

ROOT = Path(__file__).parents[2]
LOCKED = ["portal", "dev", "bot"]
# Written in two halves, so that this file does not trip over itself.
INDEX_HOSTS = ["pypi" + ".org", "pythonhosted" + ".org", "registry.npm" + "js", "deb.debian" + ".org"]
PLACE_OF_A_DEVELOPER = re.compile(r"(?<![\w./<>}-])/(?:root|home/\w|Users/\w|work/\w|tmp/\w)")
DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc", "shared", "stuff"}
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
LONGEST = 450  # lines; a file that grows beyond this holds two things


def tracked(*patterns: str) -> list[Path]:
    """The files of the repository that match; at least one, else the test looks in the wrong place."""
    listed = subprocess.run(["git", "ls-files", "-z", *patterns], cwd=ROOT, capture_output=True, text=True, check=True)
    files = [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]
    assert files, f"no file matches {patterns}"
    return files


def texts() -> Iterator[tuple[Path, str]]:
    for file in tracked():
        try:
            yield file, file.read_text("utf-8")
        except UnicodeDecodeError:
            continue


def pins(name: str) -> dict[str, str]:
    """Package to version and condition, as locked."""
    lines = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8").splitlines()
    return {
        line.partition("==")[0] + line.partition(";")[2]: line.rstrip(" \\")
        for line in lines
        if "==" in line[:80] and line[0].isalnum()
    }


@pytest.mark.parametrize("file", tracked("requirements"), ids=lambda file: file.name)
def test_requirements_name_no_package_index(file: Path) -> None:
    content = file.read_text("utf-8")
    assert not re.findall(r"https?://\S+|--(?:extra-)?index-url.*|--find-links.*|--trusted-host.*", content)


@pytest.mark.parametrize("name", LOCKED)
def test_every_locked_package_has_hashes(name: str) -> None:
    content = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")
    blocks = re.split(r"\n(?=[A-Za-z0-9])", content[content.index("\n\n") if content.startswith("\n\n") else 0 :])
    packages = [block for block in blocks if re.match(r"[A-Za-z0-9]", block)]
    assert len(packages) == len(pins(name)) > 0
    assert [block.splitlines()[0] for block in packages if "--hash=sha256:" not in block] == []


@pytest.mark.parametrize("name", LOCKED)
def test_everything_asked_for_is_locked(name: str) -> None:
    asked = {
        re.split(r"[\[<>=;~! ]", line)[0].lower()
        for line in (ROOT / "requirements" / f"{name}.in").read_text("utf-8").splitlines()
        if line and line[0].isalnum()
    }
    assert asked <= {re.split(r"[\[=]", key)[0] for key in pins(name).values()}


def test_the_tests_run_on_the_versions_that_the_portal_runs_on() -> None:
    assert pins("portal").items() <= pins("dev").items()


def test_the_python_bounds_are_the_same_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["requires-python"] == ">=3.11,<3.14"
    assert "(3, 11) <= sys.version_info[:2] < (3, 14)" in (ROOT / "tools" / "python").read_text("utf-8")


def test_every_make_target_says_what_it_does() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = re.findall(r"^([a-z][\w-]*):(?!=)", makefile, re.MULTILINE)
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    described = re.findall(r"^  make ([a-z-]+) +\S.*", shown, re.MULTILINE)
    assert {"run", "test"} <= set(targets) == set(described)


def test_no_make_target_is_taken_for_a_file() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8").replace("\\\n", " ")
    phony = re.search(r"^\.PHONY:(.*)$", makefile, re.MULTILINE)
    assert phony is not None
    assert set(phony[1].split()) == set(re.findall(r"^([a-z][\w-]*):(?!=)", makefile, re.MULTILINE))


def test_make_hands_a_sentence_with_quotes_and_every_fact_to_the_rules() -> None:
    said = 'han säger "ut nu" & går'
    dry = ["make", "-n", "rules-try", f"TEXT={said}", "FACTS=age=34 when=today"]
    told = subprocess.run(dry, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    handed_on = ["bash", "-c", told.replace("tools/python tools/portal_command.py rules", "printf '%s|'")]
    words = subprocess.run(handed_on, env={"TEXT": said}, capture_output=True, text=True, check=True).stdout
    assert words == f"try|{said}|--fact|age=34|--fact|when=today|"


def test_no_module_is_a_drawer() -> None:
    assert [file for file in tracked("*.py") if {file.stem, file.parent.name} & DRAWERS] == []


def test_no_file_names_a_place_on_a_developers_machine() -> None:
    found = [
        f"{file.relative_to(ROOT)}: {place[0]}"
        for file, text in texts()
        if (place := PLACE_OF_A_DEVELOPER.search(text))
    ]
    assert found == []


def test_no_file_names_the_host_of_a_package_index() -> None:
    assert [(file, host) for file, text in texts() for host in INDEX_HOSTS if host in text] == []


def test_nothing_is_left_for_later() -> None:
    assert [file for file, text in texts() if file.name != "LICENSE" and UNFINISHED.search(text)] == []


def test_no_module_holds_two_things() -> None:
    # Tests may be longer: some are tables of sentences.
    lengths = {file: file.read_text("utf-8").count("\n") for file in tracked("portal/*.py", "bot/*.py", "tools/*.py")}
    assert {file: length for file, length in lengths.items() if length > LONGEST} == {}


def settings() -> set[str]:
    """The names that portal/settings.py reads from the environment."""
    tree = ast.parse((ROOT / "portal" / "settings.py").read_text("utf-8"))
    strings = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    names = {text for text in strings if re.fullmatch(r"[A-Z][A-Z_]+", text)}
    assert {"PORT", "SECRET_KEY"} <= names, "the settings are read in another way now: mend this test"
    return names


@pytest.mark.parametrize("name", sorted(settings()))
def test_every_setting_is_documented(name: str) -> None:
    guide = ROOT / "docs" / "operators.md"
    document = guide if guide.exists() else ROOT / "README.md"
    assert re.search(rf"`{name}\b", document.read_text("utf-8")), f"{name} is not in {document.name}"


def test_no_setting_of_the_operator_reaches_the_tests() -> None:
    assert settings() <= set(SETTINGS)


def imported_from_sqlalchemy(file: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy"):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names if alias.name.startswith("sqlalchemy")}
    return names


@pytest.mark.parametrize("pages", ["citizen", "chat", "staff", "api"])
def test_pages_hold_no_queries(pages: str) -> None:
    # They pass a session on to the desk, so they may name its type; every query is a verb of the desk.
    for file in tracked(f"portal/{pages}/*.py"):
        assert imported_from_sqlalchemy(file) <= {"Session"}, file
