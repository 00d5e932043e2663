"""What is checked before a workout."""
