"""How the weights of the spotter's network are made. Not part of the installed package."""
