"""What one session looks at, in its address and its language; and the models and traces that all sessions share."""
