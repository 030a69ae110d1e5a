"""What the tests stand on: the proxy, origins, clients, frames."""
