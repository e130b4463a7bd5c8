"""The view, address and language of a session, and the models and traces that all sessions share."""
