"""The errors of a store."""


class Gone(LookupError):
    """There is no such class, or it is over."""


class Closed(Exception):
    """The question is not open for answers."""


class Full(Exception):
    """This student has handed in the maximum number of sentences."""
