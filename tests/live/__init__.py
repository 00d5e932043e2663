"""Whole sessions in real time, over a virtual sound card."""
