"""Servers behind the proxy, over the h11, h2 and grpcio packages. They run in threads of the test's process."""
