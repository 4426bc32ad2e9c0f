import { domainToASCII } from "node:url";

/** Source: RFC 5321, "Size Limits and Minimums"; a path of 256 octets has two angle brackets. */
const ADDRESS_LENGTH = 254;
const LOCAL_PART_LENGTH = 64;
const DOMAIN_LENGTH = 253;

// Dot-atoms of RFC 5322 without quotes and comments, which hardly anybody has. SES: "The local part must use 7-bit ASCII".
const LOCAL_PART = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;
/** What `domainToASCII` may be given: it reads its argument as the host of a URL, so that `a.test/b` would become `a.test`. */
const INTERNATIONAL = /^[\p{L}\p{M}\p{N}.-]+$/u;
const ASCII = /^[\x20-\x7e]*$/;

/** An address in words, for messages. */
export const EMAIL_ADDRESS = "an e-mail address such as name@example.com, without a display name";

function asciiDomain(domain: string): string {
  if (ASCII.test(domain)) return domain;
  return INTERNATIONAL.test(domain) ? domainToASCII(domain) : "";
}

function isDomain(domain: string): boolean {
  const labels = domain.split(".");
  // The last label of a name is never a number: 192.0.2.1 is an address of a machine.
  const named = !/^\d+$/.test(labels.at(-1) ?? "");
  return labels.length > 1 && named && domain.length <= DOMAIN_LENGTH && labels.every((label) => LABEL.test(label));
}

/**
 * Reads an e-mail address: the local part as it is, an international domain in its ASCII form (`xn--...`).
 *
 * @returns `undefined` for what is none, or has what a header of a mail must not have (spaces, line breaks, commas, `<`)
 */
export function parseEmailAddress(text: string): string | undefined {
  const at = text.lastIndexOf("@");
  if (at < 1 || text.length > ADDRESS_LENGTH) return undefined;
  const localPart = text.slice(0, at);
  const domain = asciiDomain(text.slice(at + 1));
  const address = `${localPart}@${domain}`;
  const fits = localPart.length <= LOCAL_PART_LENGTH && address.length <= ADDRESS_LENGTH;
  return fits && LOCAL_PART.test(localPart) && isDomain(domain) ? address : undefined;
}
