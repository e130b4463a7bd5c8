"""The lesson: an opening and eleven short chapters. Each has a text, a stage at the right step, and a question."""
