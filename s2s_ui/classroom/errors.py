"""What a store cannot do."""


class Gone(LookupError):
    """There is no such class, or no longer."""


class Closed(Exception):
    """The question is not asked, or no longer."""


class Full(Exception):
    """This student has handed in as many as a class takes from one."""
