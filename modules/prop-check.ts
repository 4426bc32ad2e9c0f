import { Token } from "cdktf";
import type { Construct } from "constructs";
import { hasHostBits, parseCidr } from "./aws/cidr";
import { type Form, TAG_KEY, TAG_VALUE } from "./aws/forms";
import { type Range, TAGS_PER_RESOURCE_MAX } from "./aws/limits";
import { QUOTAS, type QuotaId } from "./aws/quotas";

/** Key of the stack's context with the quotas that AWS has raised in the account, by id. */
export const QUOTAS_CONTEXT = "quotas";

/** A prop that AWS would refuse; its message is meant for the person who wrote the stack. */
export class PropError extends Error {
  override readonly name = "PropError";
}

/**
 * Refuses the props of a construct that AWS would refuse, before anything is sent: with the construct's path, the
 * field, what was given and what is allowed. What is known at apply only (a token) is left to AWS, and so is an
 * optional prop that is not given.
 */
export class PropCheck {
  constructor(private readonly scope: Construct) {}

  /** The most that the account may have: what the stack's context says, or AWS's default. */
  quota(id: QuotaId): number {
    const raised: Readonly<Partial<Record<QuotaId, number>>> = this.scope.node.tryGetContext(QUOTAS_CONTEXT) ?? {};
    return raised[id] ?? QUOTAS[id].default ?? Number.POSITIVE_INFINITY;
  }

  /** The error of this construct's field; `problem` goes on from the field's name. */
  error(field: string, problem: string, allowed: string): PropError {
    return new PropError(`${this.scope.node.path}: "${field}" ${problem}; allowed: ${allowed}`);
  }

  wholeNumber(field: string, value: number | undefined, { min, max }: Range): void {
    if (!isKnown(value) || (Number.isInteger(value) && value >= min && value <= max)) return;
    throw this.error(field, `is ${value}`, `a whole number from ${min} to ${max}`);
  }

  text(field: string, value: string | undefined, form: Form): void {
    if (!isKnown(value) || form.fits(value)) return;
    throw this.error(field, `is ${quote(value)}`, form.allowed);
  }

  oneOf(field: string, value: number | undefined, values: readonly number[]): void {
    if (!isKnown(value) || values.includes(value)) return;
    throw this.error(field, `is ${value}`, values.join(", "));
  }

  /** Each text of a list, and that none is there twice. */
  texts(field: string, values: readonly string[] | undefined, form: Form): void {
    if (!isKnown(values)) return;
    values.forEach((value, index) => {
      this.text(`${field}[${index}]`, value, form);
    });
    this.different(field, values);
  }

  /** That no member of a list is there twice. */
  different(field: string, values: readonly (string | number)[] | undefined): void {
    if (!isKnown(values)) return;
    const twice = values.findIndex((value, index) => values.indexOf(value) < index);
    if (twice >= 0) throw this.error(`${field}[${twice}]`, `repeats ${quote(values[twice])}`, "each member once");
  }

  /** That a list has enough members; `allowed` says what they are. */
  atLeast(field: string, values: readonly unknown[] | undefined, min: number, allowed: string): void {
    if (isKnown(values) && values.length < min) throw this.error(field, `has ${counted(values.length)}`, allowed);
  }

  /** That a list has not too many members. */
  atMost(field: string, values: readonly unknown[] | undefined, max: number): void {
    if (isKnown(values) && values.length > max) {
      throw this.error(field, `has ${counted(values.length)}`, `${max} at most`);
    }
  }

  /** That a text is not too long. */
  length(field: string, value: string | undefined, max: number): void {
    if (!isKnown(value) || value.length <= max) return;
    throw this.error(field, `has ${value.length} characters`, `${max} at most`);
  }

  /**
   * A list of different CIDR blocks. Bits beyond the prefix are refused: AWS cuts them off, and Terraform then finds a
   * difference on every plan.
   */
  cidrs(field: string, values: readonly string[] | undefined, versions: readonly ("IPv4" | "IPv6")[]): void {
    values?.forEach((value, index) => {
      this.cidr(`${field}[${index}]`, value, versions);
    });
    this.different(field, values);
  }

  /** One CIDR block. */
  cidr(field: string, value: string | undefined, versions: readonly ("IPv4" | "IPv6")[] = ["IPv4"]): void {
    if (!isKnown(value)) return;
    const block = parseCidr(value);
    if (!block || !versions.includes(block.version)) {
      const example = versions.includes("IPv4") ? "10.0.0.0/16" : "2001:db8::/32";
      throw this.error(field, `is ${quote(value)}`, `an ${versions.join(" or ")} CIDR block such as ${example}`);
    }
    if (hasHostBits(value)) {
      throw this.error(field, `is ${quote(value)}, with bits set beyond its prefix`, quote(block.canonical));
    }
  }

  /** Tags as AWS takes them. */
  tags(field: string, tags: Readonly<Record<string, string>> | undefined): void {
    if (!isKnown(tags)) return;
    const entries = Object.entries(tags);
    if (entries.length > TAGS_PER_RESOURCE_MAX) {
      throw this.error(field, `has ${entries.length} tags`, `${TAGS_PER_RESOURCE_MAX} at most`);
    }
    for (const [key, value] of entries) {
      this.text(`a key of ${field}`, key, TAG_KEY);
      this.text(`${field}.${key}`, value, TAG_VALUE);
    }
  }

  /** That one number is not more than another. */
  order(lowField: string, low: number, highField: string, high: number): void {
    if (!isKnown(low) || !isKnown(high) || low <= high) return;
    throw this.error(lowField, `is ${low}, more than "${highField}" (${high})`, `"${lowField}" up to "${highField}"`);
  }
}

/** Whether a value is there and known while synthesising. Expressions of Terraform's own are known at apply only. */
export function isKnown<Value>(value: Value): value is NonNullable<Value> {
  return value !== undefined && !Token.isUnresolved(value) && !(typeof value === "string" && value.includes("${"));
}

const counted = (count: number) => `${count} ${count === 1 ? "member" : "members"}`;

const quote = (value: unknown) => JSON.stringify(value);
