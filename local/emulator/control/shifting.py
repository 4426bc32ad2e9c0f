"""How much of the production traffic green has, so long after the shift has begun. Pure: it knows numbers only.

Source: CodeDeploy User Guide, "Working with deployment configurations in CodeDeploy"; API_TrafficRoutingConfig.
"""

ALL = 100


def percent(routing, minutes):
    """Percentage of the traffic for green, `minutes` after the shift has begun.

    :param routing: a TrafficRoutingConfig: all at once, or a first increment and the rest after an interval (canary),
        or equal increments with an interval between each (linear)
    """
    if routing["type"] == "TimeBasedCanary":
        canary = routing["timeBasedCanary"]
        return canary["canaryPercentage"] if minutes < canary["canaryInterval"] else ALL
    if routing["type"] == "TimeBasedLinear":
        linear = routing["timeBasedLinear"]
        increments = 1 + int(minutes // linear["linearInterval"])
        return min(ALL, linear["linearPercentage"] * increments)
    return ALL


def total_minutes(routing):
    """Minutes from the first to the last shift."""
    if routing["type"] == "TimeBasedCanary":
        return routing["timeBasedCanary"]["canaryInterval"]
    if routing["type"] == "TimeBasedLinear":
        linear = routing["timeBasedLinear"]
        return (-(-ALL // linear["linearPercentage"]) - 1) * linear["linearInterval"]
    return 0
