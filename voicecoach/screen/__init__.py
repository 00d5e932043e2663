"""The terminal screen: a set at a glance from three metres.

`glance` turns a snapshot of the workout into words and shapes, `lettering` draws the
huge ones, `terminal` puts them on a screen beside the workout.
"""
