"""Printed papers: typst templates and what fills them. No law is in a template."""
