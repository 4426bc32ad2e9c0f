"""How long the minutes last for which CodeDeploy waits (between shifts of traffic, for a person, before blue goes), and
those of CloudWatch and Application Auto Scaling: periods of alarms, cooldowns, schedules.
"""

from control import clock

# Set by --codedeploy-minute.
minute_seconds = 1.0
# Set by --time-scale: so many minutes of CloudWatch and Application Auto Scaling pass in one.
time_scale = 1.0
# When the emulator started: the clock that schedules go by is right then, and goes `time_scale` times as fast.
started = clock.now()


def minutes(count):
    """That many of CodeDeploy's minutes, in seconds."""
    return count * minute_seconds


def scaled(seconds):
    """So many seconds of CloudWatch and Application Auto Scaling, in real ones."""
    return seconds / time_scale


def schedule_time(now):
    """What the clock of schedules shows now; seconds since 1970."""
    return started + (now - started) * time_scale


def real_time(shown):
    """When the clock of schedules shows this."""
    return started + (shown - started) / time_scale
