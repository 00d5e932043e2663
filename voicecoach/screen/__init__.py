"""The terminal screen: a set at a glance from three metres.

`glance` turns a snapshot of the workout into words and shapes, `lettering` draws huge letters, and
`terminal` shows them beside the workout.
"""
