"""The subject in eleven short chapters and an opening: words, a stage set to the point at hand, a question."""
