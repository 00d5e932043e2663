"""Each command as its user meets it."""
