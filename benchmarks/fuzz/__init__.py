"""Fuzzing with atheris: whatever a file holds, it is read or refused with the one proper error."""
