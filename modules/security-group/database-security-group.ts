import type { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Construct } from "constructs";
import { DB_PORT } from "../aws/limits";
import { PropCheck } from "../prop-check";
import { createSecurityGroup, type SecurityGroupProps, tcp } from "./rules";

/** Whose tasks may connect to a database. */
export interface DatabaseClient {
  /** What the rules' descriptions and ids call it, such as the name of the service; unique among the clients. */
  readonly label: string;
  /** Id of its security group. */
  readonly securityGroupId: string;
}

export interface DatabaseSecurityGroupProps extends SecurityGroupProps {
  /** Port that the database listens on. */
  readonly port: number;
}

/**
 * The group of a database: in on its port from the groups of its clients alone, out to nothing. It also lets each client
 * out to it, so both ends of the connection are written here.
 *
 * @see Amazon RDS User Guide, "Controlling access with security groups"
 */
export class DatabaseSecurityGroup extends Construct {
  readonly group: SecurityGroup;
  private readonly labels: string[] = [];
  private readonly port: number;

  constructor(scope: Construct, id: string, props: DatabaseSecurityGroupProps) {
    super(scope, id);
    new PropCheck(this).wholeNumber("port", props.port, DB_PORT);
    this.port = props.port;
    this.group = createSecurityGroup(this, props, "Database: in from its clients");
  }

  /**
   * Lets a client connect.
   * @throws PropError for a label that another client has, and for more clients than a group has rules
   */
  allowFrom({ label, securityGroupId }: DatabaseClient): void {
    this.labels.push(label);
    const check = new PropCheck(this);
    check.different("clients", this.labels);
    check.atMost("clients", this.labels, check.quota("rulesPerSecurityGroup"));
    const ports = tcp({ from: this.port, to: this.port });
    new VpcSecurityGroupIngressRule(this, `From-${label}`, {
      securityGroupId: this.group.id,
      description: `from ${label}`,
      ...ports,
      referencedSecurityGroupId: securityGroupId,
    });
    new VpcSecurityGroupEgressRule(this, `${label}-ToDatabase`, {
      securityGroupId,
      description: `from ${label} to the database`,
      ...ports,
      referencedSecurityGroupId: this.group.id,
    });
  }
}
