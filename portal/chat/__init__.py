"""The conversation page: the bot's words through the portal, working as plain form posts."""

from portal.chat import card_pages as card_pages
from portal.chat import put_away_page as put_away_page
from portal.chat.pages import blueprint as blueprint
