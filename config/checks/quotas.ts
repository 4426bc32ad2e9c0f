import { QUOTA_IDS, QUOTAS, type QuotaId, RULES_PER_INTERFACE_MAX } from "../../modules/aws/quotas";
import type { EnvironmentFile } from "../environment";
import type { Finding, Salvaged } from "../finding";
import { nearest } from "../suggest";

const isKnown = (id: string): id is QuotaId => Object.hasOwn(QUOTAS, id);

/** The quotas that AWS is said to have raised: such as there are, that AWS raises, to more than they were. */
export function checkQuotas({ quotas = {} }: Salvaged<EnvironmentFile>): readonly Finding[] {
  return [
    ...Object.entries(quotas).flatMap(([id, raised]) => (raised === undefined ? [] : checkQuota(id, raised))),
    ...checkRulesPerInterface(quotas),
  ];
}

function checkQuota(id: string, raised: number): readonly Finding[] {
  const at = [["quotas", id]] as const;
  if (!isKnown(id)) return [unknownQuota(id)];
  const { name, adjustable, default: usual } = QUOTAS[id];
  if (!adjustable || usual === undefined) {
    const instead = 'remove it; "npm run quotas" says how to need less of it when it is used up';
    return [{ at, problem: `AWS does not raise "${name}"`, allowed: "quotas that AWS raises", mend: instead }];
  }
  if (raised >= usual) return [];
  return [
    {
      at,
      problem: `is less than every account has of "${name}"`,
      allowed: `${usual}, AWS's default, or more`,
      mend: "remove it, or write what Service Quotas shows for the account",
    },
  ];
}

function unknownQuota(id: string): Finding {
  const raised = QUOTA_IDS.filter((known) => QUOTAS[known].adjustable);
  const meant = nearest(id, raised);
  return {
    at: [["quotas", id]],
    problem: `there is no quota ${JSON.stringify(id)}`,
    allowed: raised.map((known) => JSON.stringify(known)).join(", "),
    mend: meant ? `did you mean ${JSON.stringify(meant)}?` : "remove it, or name one of these",
  };
}

/** AWS raises either of the two only as far as their product allows. */
function checkRulesPerInterface(quotas: Salvaged<EnvironmentFile["quotas"]>): readonly Finding[] {
  const rules = quotas.rulesPerSecurityGroup ?? QUOTAS.rulesPerSecurityGroup.default ?? 0;
  const groups = quotas.securityGroupsPerInterface ?? QUOTAS.securityGroupsPerInterface.default ?? 0;
  if (rules * groups <= RULES_PER_INTERFACE_MAX) return [];
  return [
    {
      at: [
        ["quotas", "rulesPerSecurityGroup"],
        ["quotas", "securityGroupsPerInterface"],
      ],
      problem: `${rules} rules in a security group times ${groups} groups on a network interface are ${rules * groups}`,
      allowed: `${RULES_PER_INTERFACE_MAX} at most: "rulesPerSecurityGroup" times "securityGroupsPerInterface"`,
      mend: `write ${Math.floor(RULES_PER_INTERFACE_MAX / groups)} rules or fewer, or fewer groups`,
    },
  ];
}
