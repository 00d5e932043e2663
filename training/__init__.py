"""Trains the spotter's network. Not part of the installed package."""
