"""Amazon EC2: security group rules, launch templates and network interfaces (moto 5.2.1)."""

import copy

from moto.ec2.models.instances import Instance
from moto.ec2.models.launch_templates import LaunchTemplate, LaunchTemplateVersion
from moto.ec2.models.nat_gateways import NatGatewayBackend
from moto.ec2.models.security_groups import SecurityGroupRule
from moto.ec2.responses.launch_templates import LaunchTemplates
from moto.ec2.utils import parse_user_data

from patching import add, replace, wrap


def describe_rules_that_reference_a_group():
    """Symptom (moto 5.2.1): aws_vpc_security_group_ingress_rule with referenced_security_group_id plans
    `description: null -> "..."` after the first apply.
    AWS: DescribeSecurityGroupRules returns the description whatever the source of the rule is.
    """

    @replace(SecurityGroupRule, "description")
    @property
    def description(rule):
        return rule.ip_range.get("Description") or rule.source_group.get("Description")


def keep_launch_template_tags_out_of_its_data():
    """Symptom (moto 5.2.1): aws_launch_template with tags (default_tags suffices) plans to remove
    `tag_specifications { resource_type = "launch-template" }` for ever, which makes a version at each apply.
    AWS: TagSpecifications of the request tag the template; only those of LaunchTemplateData are its data.
    """

    @wrap(LaunchTemplates, "create_launch_template")
    def create_launch_template(original, response):
        known = set(response.ec2_backend.launch_templates)
        result = original(response)
        for template_id in set(response.ec2_backend.launch_templates) - known:
            for version in response.ec2_backend.launch_templates[template_id].versions:
                _drop_tags_of_the_template(version.data)
        return result


def _drop_tags_of_the_template(data):
    kept = [tags for tags in data.pop("TagSpecifications", []) if tags["ResourceType"] != "launch-template"]
    if kept:
        data["TagSpecifications"] = kept


def show_launch_template_tags_as_they_are():
    """Symptom (moto 5.2.1): after a change of tags on an aws_launch_template every plan shows the change again:
    CreateTags and DeleteTags on `lt-...` are not seen by DescribeLaunchTemplates.
    AWS: DescribeLaunchTemplates returns the current tags.
    """

    def current(template):
        return template.get_tags()

    def ignore_the_copy(template, copy):
        """moto's constructor stores the tags of that moment."""

    add(LaunchTemplate, "tags")(property(current, ignore_the_copy))


def keep_user_data_of_later_versions_usable():
    """Symptom (moto 5.2.1): an autoscaling group that starts an instance from version 2 or later of a launch
    template answers HTTP 500 (AssertionError on user_data): only version 1 has its user data parsed.
    AWS: every version's user data is used alike.
    """

    @wrap(LaunchTemplateVersion, "__init__")
    def init(original, version, template, number, data, description):
        if isinstance(data.get("UserData"), str):
            data["UserData"] = parse_user_data(data["UserData"])
        original(version, template, number, data, description)


def remove_the_interface_of_a_deleted_nat_gateway():
    """Symptom (moto 5.2.1): after `terraform destroy` of a network DescribeNetworkInterfaces still lists the interface
    of its NAT gateway, in a subnet that is gone.
    AWS: deletes the interface with the gateway; the elastic IP is free again.
    """

    @wrap(NatGatewayBackend, "delete_nat_gateway")
    def delete_nat_gateway(original, backend, nat_gateway_id):
        gateway = original(backend, nat_gateway_id)
        for address in list(backend.addresses):
            if address.eni is gateway._eni:
                backend.disassociate_address(association_id=address.association_id)
        backend.enis.pop(gateway._eni.id, None)
        return gateway


def delete_the_primary_interface_with_its_instance():
    """Symptom (moto 5.2.1): the network interface of a terminated instance stays, in use and in its subnet, for ever:
    an autoscaling group leaves one behind for each instance that it ever had.
    AWS: the primary interface goes with its instance, unless the launch template says otherwise; terminating a
    terminated instance changes nothing.
    """

    @wrap(Instance, "prep_nics")
    def prep_nics(original, instance, nic_spec, *args, **kwargs):
        primary = next((nic for nic in nic_spec if int(nic["DeviceIndex"]) == 0), {})
        original(instance, nic_spec, *args, **kwargs)
        if 0 in instance.nics and "NetworkInterfaceId" not in primary:
            instance.nics[0].delete_on_termination = primary.get("DeleteOnTermination", True)

    @wrap(Instance, "terminate")
    def terminate(original, instance):
        return copy.copy(instance._state) if instance.state == "terminated" else original(instance)


PATCHES = (
    describe_rules_that_reference_a_group,
    keep_launch_template_tags_out_of_its_data,
    show_launch_template_tags_as_they_are,
    keep_user_data_of_later_versions_usable,
    remove_the_interface_of_a_deleted_nat_gateway,
    delete_the_primary_interface_with_its_instance,
)
