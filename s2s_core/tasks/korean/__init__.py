"""Korean as the task ko-pronounce needs it: sounds by the standard's rules, and the forms of words that people use."""
