"""Figures: pure functions from a Trace or a DataFrame to an Altair chart or a Plotly figure, one file per subject."""
