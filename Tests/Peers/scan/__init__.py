"""What a scanner finds at a listener of TLS."""
