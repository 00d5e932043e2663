"""Words that sound alike, texts that do not fit."""
