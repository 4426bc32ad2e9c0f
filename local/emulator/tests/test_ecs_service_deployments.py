"""Service deployments and service revisions: stock moto against our emulator."""

import unittest
from datetime import timedelta

from support import FARGATE, PatchTest, unique


def fargate_service(aws, **options):
    request = {
        "taskDefinition": aws.task_definition(family=unique("family"), **FARGATE),
        "launchType": "FARGATE",
        "networkConfiguration": aws.awsvpc(),
        **options,
    }
    return aws.service(aws.cluster("FARGATE"), **request)


def force(aws, service):
    names = {"cluster": service["clusterArn"], "service": service["serviceName"]}
    return aws.ecs.update_service(**names, forceNewDeployment=True)["service"]


def listed(aws, service, **options):
    names = {"cluster": service["clusterArn"], "service": service["serviceName"]}
    return aws.ecs.list_service_deployments(**names, **options)


ARN = "arn:aws:ecs:us-east-1:123456789012:service-deployment/cluster/service/1234567890123456789"


class ServiceDeployments(PatchTest):
    def test_show_the_current_service_deployment(self):
        self.assertNotIn("currentServiceDeployment", self.stock.described_service(fargate_service(self.stock)))
        service = fargate_service(self.ours)
        first = self.ours.described_service(service)
        pattern = rf":service-deployment/cluster-\d+/{service['serviceName']}/\d{{19}}$"
        self.assertRegex(first["currentServiceDeployment"], pattern)
        (revision,) = first["currentServiceRevisions"]
        self.assertRegex(revision["arn"], rf":service-revision/cluster-\d+/{service['serviceName']}/\d{{19}}$")
        self.assertEqual((revision["requestedTaskCount"], revision["runningTaskCount"]), (2, 0))
        second = force(self.ours, service)
        self.assertNotEqual(second["currentServiceDeployment"], first["currentServiceDeployment"])
        self.assertEqual(second["currentServiceRevisions"][1]["arn"], revision["arn"])

    def test_list_service_deployments(self):
        self.assert_server_error(listed, self.stock, fargate_service(self.stock))
        service = fargate_service(self.ours)
        for _ in range(2):
            force(self.ours, service)
        found = listed(self.ours, service)["serviceDeployments"]
        self.assertEqual([item["status"] for item in found], ["PENDING", "STOPPED", "STOPPED"])
        self.assertEqual(found[1]["statusReason"], STOPPED_BY_NEWER)
        self.assertIn("finishedAt", found[1])
        self.assertNotIn("startedAt", found[1])
        by_status = listed(self.ours, service, status=["PENDING", "SUCCESSFUL"])["serviceDeployments"]
        self.assertEqual(by_status, found[:1])

    def test_listing_by_time_and_page(self):
        service = fargate_service(self.ours)
        for _ in range(2):
            force(self.ours, service)
        found = listed(self.ours, service)["serviceDeployments"]
        hour = timedelta(hours=1)
        for times, expected in (
            ({"after": found[0]["createdAt"] - hour}, 3),
            ({"after": found[0]["createdAt"] + hour}, 0),
            ({"before": found[0]["createdAt"] - hour}, 0),
            ({"before": found[0]["createdAt"] + hour}, 3),
        ):
            self.assertEqual(len(listed(self.ours, service, createdAt=times)["serviceDeployments"]), expected)
        first = listed(self.ours, service, maxResults=2)
        second = listed(self.ours, service, maxResults=2, nextToken=first["nextToken"])
        self.assertEqual([*first["serviceDeployments"], *second["serviceDeployments"]], found)
        self.assertNotIn("nextToken", second)
        for wrong in ({"maxResults": 101}, {"nextToken": "x"}):
            self.assert_error("InvalidParameterException", "Invalid token", lambda: listed(self.ours, service, **wrong))
        missing = {"clusterArn": service["clusterArn"], "serviceName": "missing"}
        self.assert_error("ServiceNotFoundException", "Service not found.", listed, self.ours, missing)

    def test_describe_service_deployments(self):
        def describe(aws, *arns):
            return aws.ecs.describe_service_deployments(serviceDeploymentArns=list(arns))

        self.assert_server_error(describe, self.stock, ARN)
        breaker = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}
        service = fargate_service(self.ours, deploymentConfiguration=breaker, desiredCount=7)
        force(self.ours, service)
        newest = listed(self.ours, service)["serviceDeployments"][0]
        answer = describe(self.ours, newest["serviceDeploymentArn"], ARN)
        self.assertEqual(answer["failures"], [{"arn": ARN, "reason": "MISSING"}])
        (found,) = answer["serviceDeployments"]
        self.assertEqual((found["status"], found["serviceArn"]), ("PENDING", service["serviceArn"]))
        self.assertEqual(found["targetServiceRevision"]["arn"], newest["targetServiceRevisionArn"])
        self.assertEqual(found["targetServiceRevision"]["requestedTaskCount"], 7)
        self.assertEqual(len(found["sourceServiceRevisions"]), 1)
        expected = {"status": "MONITORING", "failureCount": 0, "threshold": 4}
        self.assertEqual(found["deploymentCircuitBreaker"], expected)
        self.assertEqual(found["deploymentConfiguration"]["maximumPercent"], 200)
        self.assertNotIn("rollback", found)
        for arns in ((), [ARN] * 21):
            self.assert_error("InvalidParameterException", "from 1 to 20 members", describe, self.ours, *arns)

    def test_a_service_without_desired_tasks_is_deployed_at_once(self):
        service = fargate_service(self.ours, desiredCount=0)
        self.assertEqual(listed(self.ours, service)["serviceDeployments"][0]["status"], "SUCCESSFUL")

    def test_describe_service_revisions(self):
        def describe(aws, *arns):
            return aws.ecs.describe_service_revisions(serviceRevisionArns=list(arns))

        self.assert_server_error(describe, self.stock, ARN)
        service = fargate_service(self.ours)
        arn = self.ours.described_service(service)["currentServiceRevisions"][0]["arn"]
        answer = describe(self.ours, arn, ARN)
        self.assertEqual(answer["failures"], [{"arn": ARN, "reason": "MISSING"}])
        (revision,) = answer["serviceRevisions"]
        self.assertEqual((revision["taskDefinition"], revision["launchType"]), (service["taskDefinition"], "FARGATE"))
        self.assertEqual(revision["containerImages"], [{"containerName": "app", "image": "app:1"}])
        self.assertEqual(revision["networkConfiguration"]["awsvpcConfiguration"]["subnets"], self.ours.network.subnets)
        self.assertEqual((revision["platformVersion"], revision["platformFamily"]), ("LATEST", "Linux"))

    def test_stop_service_deployment(self):
        def stop(aws, arn, **options):
            return aws.ecs.stop_service_deployment(serviceDeploymentArn=arn, **options)["serviceDeploymentArn"]

        self.assert_server_error(stop, self.stock, ARN)
        for options, status in (({}, "ROLLBACK_REQUESTED"), ({"stopType": "ABORT"}, "STOP_REQUESTED")):
            service = fargate_service(self.ours)
            arn = self.ours.described_service(service)["currentServiceDeployment"]
            self.assertEqual(stop(self.ours, arn, **options), arn)
            self.assertEqual(listed(self.ours, service)["serviceDeployments"][0]["status"], status)
            self.assert_error("ConflictException", f"cannot be stopped in status {status}", stop, self.ours, arn)
        self.assert_error("ServiceDeploymentNotFoundException", "not found", stop, self.ours, ARN)


STOPPED_BY_NEWER = "Service deployment was stopped because a newer service deployment was started."


if __name__ == "__main__":
    unittest.main()
