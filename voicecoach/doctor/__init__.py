"""The doctor: checks all that a workout needs, and how it will sound.

`examine` checks the parts, `soundcheck` plays and listens, and `findings` are the results, each
with its remedy.
"""
