"""A labelled synthetic register, drawn with a seed from published totals."""
