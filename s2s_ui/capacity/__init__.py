"""The limits of one server: how many computations run at once, and how many bytes of results it caches."""
