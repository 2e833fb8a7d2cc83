"""What can happen to a help request, as verbs.

Each verb takes a SQLAlchemy session first and keyword arguments after it, flushes and never commits: the
caller's `Database.session()` commits once. Moments are aware. Errors are in `portal.desk.errors`, each with
a stable code.
"""
