"""Words that sound alike, and texts that do not fit."""
