"""Consent, enrolment, erasure, retention, and the export for an impact assessment."""
