"""API keys, template protection and the audit chain."""
