"""From audio to utterances, by stand-ins and by real recognisers."""
