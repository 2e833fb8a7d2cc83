"""The triage engine: pure Python. No Flask, no SQLAlchemy, no network, no clock of its own."""
