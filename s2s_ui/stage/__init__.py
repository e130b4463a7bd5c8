"""The stage: the picture of a trace that plays by itself in the browser."""
