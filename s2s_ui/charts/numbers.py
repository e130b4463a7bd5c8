"""Numbers as figures print them."""


def log_prob(value: float) -> str:
    """Two decimals and a true minus; more decimals if it would otherwise be printed as 0."""
    text = f"{value:.1g}" if 0 < abs(value) < 0.005 else f"{value + 0.0:.2f}"  # and -0.0 is 0
    return text.replace("-", "\N{MINUS SIGN}")
