"""Shared by the tests: drivers, simulations, stand-ins, examples."""
