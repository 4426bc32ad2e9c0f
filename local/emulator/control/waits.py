"""How long the minutes last for which CodeDeploy waits: between shifts of traffic, for a person, before blue goes."""

# Set by --codedeploy-minute.
minute_seconds = 1.0


def minutes(count):
    """That many of CodeDeploy's minutes, in seconds."""
    return count * minute_seconds
