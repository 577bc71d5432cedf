"""What runs inside a workspace's sandbox on the hub's behalf. Shown inside at ``/opt/tre/server``."""
