"""The models for a recogniser: which exist, downloading them, and keeping them intact.

Nothing here runs in a session. `listening.models` finds what is installed here.
"""
