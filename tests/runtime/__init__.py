"""The voice loop and what runs it, without a sound card."""
