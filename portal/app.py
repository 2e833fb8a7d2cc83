"""The Flask application, built step by step."""

from __future__ import annotations

import os

from flask import Flask
from flask.cli import NoAppException
from flask_compress import Compress

from portal import access, commands, errors, page_words, security
from portal.current import EXTENSION, Parts
from portal.desk.audit import audit_key
from portal.desk.second_factor import factor_key
from portal.i18n.languages import speak_languages
from portal.i18n.side_by_side import show_originals
from portal.limits import open_limits
from portal.records.database import Database
from portal.records.receipt_code import hash_key
from portal.records.sealing import ContentKeys
from portal.rules_in_use import RulesKeeper
from portal.settings import LARGEST_BODY, Settings, SettingsError, from_environment
from portal.understanding.bot import Bot


def create_app(settings: Settings | None = None) -> Flask:
    """The portal for these settings. Raises BadContentKey. Without settings, as `flask` calls it: the environment's."""
    settings = settings or settings_of_environment()
    app = Flask("portal")
    configure(app, settings)
    put_together(app, settings)
    security.protect(app)
    speak_languages(app, str(settings.translations_folder))
    open_limits(app, settings)
    page_words.offer(app)
    errors.answer_errors(app)
    access.register_pages(app)
    commands.register(app)
    Compress(app)
    show_originals(app)
    return app


def settings_of_environment() -> Settings:
    """The settings for a command. A missing one ends it with a sentence, as every wrong call of `flask` does."""
    try:
        return from_environment(os.environ)
    except SettingsError as error:
        raise NoAppException(str(error)) from error


def configure(app: Flask, settings: Settings) -> None:
    app.config["SECRET_KEY"] = settings.secret_key
    app.config["SESSION_COOKIE_SECURE"] = settings.https
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.config["MAX_FORM_MEMORY_SIZE"] = LARGEST_BODY
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def put_together(app: Flask, settings: Settings) -> None:
    database = Database(settings.database_url)
    app.extensions[EXTENSION] = Parts(
        settings=settings,
        database=database,
        content_keys=ContentKeys(settings.content_key),
        code_key=hash_key(settings.secret_key),
        audit_key=audit_key(settings.secret_key),
        factor_key=factor_key(settings.secret_key),
        rules=RulesKeeper(database, settings.rules_folder),
        bot=Bot(settings.bot_url, settings.bot_secret),
    )
