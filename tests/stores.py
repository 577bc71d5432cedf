"""The stores behind an installation, for tests that must look where no service does, or break something."""

from tre.app import Tre
from tre.services.container import Container


def stores(app: Tre) -> Container:
    """What ``app`` keeps private: tests ask it what was written, which nothing else may know."""
    return app._container
