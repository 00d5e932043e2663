"""The files of the user: what they make, what is shipped, every fault with its line."""
