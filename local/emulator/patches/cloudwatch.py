"""Amazon CloudWatch: what no alarm may watch (moto 5.2.1)."""

from moto.cloudwatch.responses import CloudWatchResponse

from refusing import Refusal, before

# "PutMetricAlarm" of the API reference: seconds.
SHORT_PERIODS = (10, 20, 30)
DAY, WEEK, HOUR = 86400, 604800, 3600


def require_periods_that_cloudwatch_keeps():
    """Symptom (moto 5.2.1): an alarm may have any period, look back for any time, and ask for more breaching datapoints
    than it looks at.
    AWS: ValidationError ("PutMetricAlarm").
    """

    @before(CloudWatchResponse, "put_metric_alarm")
    def periods(_response, request):
        period, count = request.get("Period"), request.get("EvaluationPeriods") or 1
        if (request.get("DatapointsToAlarm") or 1) > count:
            raise _invalid("The parameter DatapointsToAlarm must be less than or equal to EvaluationPeriods")
        if period is None:
            return
        if period not in SHORT_PERIODS and (period <= 0 or period % 60 != 0):
            raise _invalid("The parameter Period must be 10, 20, 30 or a multiple of 60")
        longest = WEEK if period >= HOUR else DAY
        if period * count > longest:
            raise _invalid(f"Metrics cannot be checked across more than {longest} seconds (EvaluationPeriods * Period)")


def _invalid(message):
    return Refusal("ValidationError", message)


PATCHES = (require_periods_that_cloudwatch_keeps,)
