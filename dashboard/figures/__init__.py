"""Figures: a noun in, a plotly figure out, no Dash inside."""
