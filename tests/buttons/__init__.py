"""The buttons of a headset and a clicker."""
