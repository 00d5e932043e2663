"""The mixer, the sound card, the sound server, sound files."""
