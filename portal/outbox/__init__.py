"""Sending what waits in the outbox, by the ways that units have: e-mail, signed webhook, file drop. No content leaves.

Each way is one function that returns when the notice has arrived and raises `Undelivered` when it has not.
"""
