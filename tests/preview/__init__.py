"""A set without a lifter."""
