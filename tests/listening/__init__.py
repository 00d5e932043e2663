"""From audio to utterances, with stand-ins and with real recognisers."""
