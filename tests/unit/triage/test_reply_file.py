"""The file of ready-made replies: mistakes are told with their place, and numbers stay out of the texts."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.triage.reader import RuleFilesInvalid, read_folder
from tests.unit.triage.test_reader import write_folder

SOUND = """\
replies:
  - slug: thanks
    called: Tack
    topics: [housing]
    swedish: "Tack. Ring {centre_phone}."
    drafts: {en: "Thanks. Call {centre_phone}."}
  - slug: bye
    called: Hej då
    swedish: Hej då.
"""


@pytest.mark.parametrize(
    ("right", "wrong", "line", "says"),
    [
        ('{centre_phone}."\n    drafts', '{centre_fone}."\n    drafts', 5, "Did you mean 'centre_phone'?"),
        ("Call {centre_phone}", "Call {phone_none}", 6, "there is no placeholder {phone_none}"),
        ("Ring {centre_phone}", "Ring 011-15 00 00", 5, "this text holds a number, '011-15 00 00'"),
        ("[housing]", "[housin]", 4, "there is no topic 'housin'. Did you mean 'housing'?"),
        ("{en:", "{xx:", 6, "there is no language 'xx'"),
        ("slug: bye", "slug: thanks", 7, "the reply 'thanks' stands already in replies.yaml"),
        ("called: Hej", "caled: Hej", 8, "Did you mean 'called'?"),
    ],
)
def test_a_mistake_is_told_with_file_line_and_remedy(
    tmp_path: Path, right: str, wrong: str, line: int, says: str
) -> None:
    assert SOUND.count(right) == 1
    write_folder(tmp_path)
    file = tmp_path / "replies.yaml"
    file.write_text(SOUND, encoding="utf-8")
    read_folder(tmp_path)
    file.write_text(SOUND.replace(right, wrong), encoding="utf-8")
    with pytest.raises(RuleFilesInvalid) as caught:
        read_folder(tmp_path)
    told = [(error.file, error.line, error.message) for error in caught.value.errors]
    assert any(file == "replies.yaml" and at == line and says in message for file, at, message in told), told
