"""What can be read off a trace once it is there: what a changed token moved, where attention looked, which is alike."""
