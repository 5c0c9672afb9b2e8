"""The pages: read the request, ask one stage, render."""
