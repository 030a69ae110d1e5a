"""What a client or an origin may do to wear the proxy out."""
