"""From text to clips."""
