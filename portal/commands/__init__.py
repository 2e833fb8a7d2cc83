"""The `flask` commands. They speak English to operators and end with status 1 and one clear sentence on errors."""

from flask import Flask

from portal.commands import rules_check as rules_check  # these join the group of rules
from portal.commands import rules_coverage as rules_coverage
from portal.commands import rules_diff as rules_diff
from portal.commands import rules_prove as rules_prove
from portal.commands import rules_publish as rules_publish
from portal.commands import rules_questions as rules_questions
from portal.commands import rules_schema as rules_schema
from portal.commands import rules_try as rules_try
from portal.commands.answers import answers_commands
from portal.commands.audit import audit_commands
from portal.commands.database import database_commands
from portal.commands.i18n import i18n_commands
from portal.commands.openapi import openapi_commands
from portal.commands.outbox import outbox_commands
from portal.commands.practice import practice_commands
from portal.commands.replies import replies_commands
from portal.commands.requests import requests_commands
from portal.commands.retention import retention_commands
from portal.commands.rules import rules_commands
from portal.commands.staff import staff_commands


def register(app: Flask) -> None:
    for group in (
        answers_commands,
        audit_commands,
        database_commands,
        i18n_commands,
        openapi_commands,
        replies_commands,
        practice_commands,
        requests_commands,
        outbox_commands,
        retention_commands,
        rules_commands,
        staff_commands,
    ):
        app.cli.add_command(group)
