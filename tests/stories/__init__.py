"""Whole sessions in simulated time: as goldens, at random, with real voices and recognisers."""
