"""Steps that several journeys take."""

from playwright.sync_api import Page

WORDS = "Jag orkar inte med skolan längre"
DANGER = "han slår mig nu"
MOST_QUESTIONS = 6


def press(page: Page, selector: str) -> None:
    """Press what leads to another page, and be there."""
    with page.expect_navigation():
        page.click(selector)


def tell(page: Page, words: str = WORDS, topic: str | None = "home", language: str = "sv") -> None:
    page.goto(f"/{language}/ask")
    page.fill("#words", words)
    if topic:
        page.check(f"input[value={topic}]")
    press(page, "main .actions .button")


def answer_all(page: Page, choice: int = 0) -> int:
    """Answer every question and return how many there were."""
    for asked in range(MOST_QUESTIONS):
        if "/ask/question" not in page.url:
            return asked
        page.check(f"input[name=answer] >> nth={choice}")
        press(page, "main .actions .button")
    raise AssertionError("the questions do not end")


def to_send_page(page: Page, language: str = "sv") -> None:
    tell(page, language=language)
    answer_all(page)
    press(page, "a.button[href$='/ask/send']")


def form_values(page: Page, form: str) -> list[tuple[str, str]]:
    """What the browser would send, read without scripts."""
    values = []
    for element in page.locator(f"{form} :is(input, textarea)").all():
        kind, name = element.get_attribute("type"), element.get_attribute("name")
        if name and (kind not in ("radio", "checkbox") or element.is_checked()):
            values.append((name, element.input_value()))
    return values


def change_language(page: Page, tag: str) -> None:
    """Open the menu of languages and press one."""
    page.click(".languages summary")
    press(page, f".languages li [lang={tag}]")
