"""JupyterHub for this environment: who may log in, one sandboxed workspace per project, the airlock as a service.

Rules live in ``tre``; here they are asked for. Read ``jupyterhub_config.py`` first.
"""
