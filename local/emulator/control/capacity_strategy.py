"""Capacity provider strategies: how many tasks each provider gets. Source: API_CapacityProviderStrategyItem."""


def provider_for_next(strategy, counts):
    """Name of the provider of the next task, when `counts` is how many each has: first the base is filled, then what
    is above it is divided by weight. Of two that are as far behind, the one named first.
    """
    for item in strategy:
        if counts.get(item["capacityProvider"], 0) < item.get("base", 0):
            return item["capacityProvider"]
    weighted = [item for item in strategy if item.get("weight", 0) > 0]
    return min(weighted or strategy, key=lambda item: _share_after_next(item, counts))["capacityProvider"]


def _share_after_next(item, counts):
    above_base = counts.get(item["capacityProvider"], 0) - item.get("base", 0)
    return (above_base + 1) / max(item.get("weight", 0), 1)
