"""What can go wrong with public questions and answers."""

from portal.records.errors import DomainError


class QuestionUnknown(DomainError):
    """There is no such question, or none that is answered in public."""

    code = "question-unknown"


class QuestionChanged(DomainError):
    """Somebody changed the question since it was looked at, or it is past that step."""

    code = "question-changed"


class SecondReaderNeeded(DomainError):
    """Whoever wrote a draft cannot be the one who approves it."""

    code = "second-reader-needed"


class NoPlaceLeft(DomainError):
    """As many questions as we can answer in public were asked today."""

    code = "no-place-left"


class NotScrubbed(DomainError):
    """There is no question without names yet, so nobody may go on with it."""

    code = "not-scrubbed"


class AnswerUnknown(DomainError):
    """There is no such published answer."""

    code = "answer-unknown"


class AnswerChanged(DomainError):
    """Somebody changed the published answer since it was looked at."""

    code = "answer-changed"
