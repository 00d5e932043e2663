"""What the tests share: drivers, simulations, stand-ins, examples."""
