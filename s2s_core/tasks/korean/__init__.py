"""Korean for the task ko-pronounce: pronunciation by the rules of the standard, and forms of words."""
