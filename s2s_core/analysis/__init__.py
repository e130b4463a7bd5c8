"""Analyses of finished traces: what a changed token moves, where attention looks, which states are similar."""
