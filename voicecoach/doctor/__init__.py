"""The doctor: is everything there that a workout needs, and how will it sound?

`examine` goes through the parts, `soundcheck` plays and listens, `findings` are what
they have to say, each with its remedy.
"""
