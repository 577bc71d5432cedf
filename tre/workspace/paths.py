"""Where things are inside, for every workspace and run."""

from typing import Final

HOME: Final = "/home/researcher"
DATA: Final = "/data"
TEMPLATES: Final = "/opt/tre/templates"
LIB: Final = "/opt/tre/lib"
PACKAGES: Final = "/opt/tre/packages"
# The folder of the workspace's one way out, and its socket.
RELAY: Final = "/run/tre/hub.sock"
