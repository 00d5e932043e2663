"""The user's files: what they make, what is shipped, every fault with its line."""
