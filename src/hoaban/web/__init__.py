"""The doors: pages, commands, wiring. No rules here."""
