"""RFC 9113 as tables: what is sent, what has to come back."""
