"""A long day of workouts: does anything grow, drift or run dry?"""
