"""What one server can carry: how many computations run at once, and how many bytes of their results it keeps."""
