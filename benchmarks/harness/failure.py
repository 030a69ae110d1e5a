"""The one error of the harness."""


class Failure(Exception):
    """A peer did not do what was asked of it: the run goes on without the figure, and ends with exit status 1."""
