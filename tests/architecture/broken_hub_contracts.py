"""For each contract of the hub's rooms, an import or a module that it forbids, in the form of ``broken_contracts``."""

ROWS = (
    ("hub-layers", "hub_config.lab.lockdown", "hub_config.gateway.routes"),
    ("hub-layers", "hub_config.gateway.registry", "hub_config.process.installation"),
    ("hub-spawners", "hub_config.spawners.sandbox", "hub_config.spawners.kube"),
    ("hub-spawners", "hub_config.spawners.utils", ""),
    ("hub-login", "hub_config.login.account", "hub_config.login.authenticator"),
    ("hub-login", "hub_config.login.utils", ""),
    ("hub-process", "hub_config.process.supervisor", "hub_config.process.network"),
    ("hub-process", "hub_config.process.utils", ""),
    ("hub-gateway", "hub_config.gateway.headers", "hub_config.gateway.proxy"),
    ("hub-gateway", "hub_config.gateway.downstream", "hub_config.gateway.upstream"),
    ("hub-gateway", "hub_config.gateway.utils", ""),
    ("hub-relay", "hub_config.relay.routes", "hub_config.relay.relay"),
    ("hub-relay", "hub_config.relay.utils", ""),
    ("hub-lab", "hub_config.lab.server.tre_usage", "hub_config.lab.lockdown"),
    ("hub-lab", "hub_config.lab.utils", ""),
    ("gateway-alone", "hub_config.gateway.meter", "tre.settings"),
    ("gateway-alone", "hub_config.gateway.lab_assets", "hub_config.lab.lockdown"),
    ("gateway-alone", "hub_config.relay.relay", "tre.workspace.client"),
)
