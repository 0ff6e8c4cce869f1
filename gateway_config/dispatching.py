"""The rules of dispatch as configured."""

from gateway_config.settings import Settings
from orders import dispatch_rules
from orders.dispatching import Dispatching


def dispatching_of(settings: Settings) -> Dispatching:
    """Raises Refused with every problem of the file of rules by line."""
    file = settings.dispatch.rules
    names = [carrier.name for carrier in settings.carrier]
    if file is None:
        return settings.dispatch.dispatching(settings.carrier, dispatch_rules.standard())
    rules = dispatch_rules.parse(file.read_text(encoding="utf-8"), str(file), names)
    return settings.dispatch.dispatching(settings.carrier, rules)
