"""The models that a recogniser can be given: which there are, fetching them, keeping them whole.

Nothing here runs in a session. `listening.models` finds what this puts in place.
"""
