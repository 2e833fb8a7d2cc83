"""JSON for machines: triage, filing a request, health, and the document that describes them."""

from portal.api.routes import blueprint as blueprint
