"""The parts of pages. Each panel shows its controls and reads their values."""
