import { isIP } from "node:net";
import { generate } from "selfsigned";

/** As long as no run lasts. */
const DAYS = 30;

/** Clocks that differ a little must not refuse a certificate that is a second old. */
const BACKDATED_MS = 60 * 60_000;

export interface Certificates {
  /** The authority's certificate. PEM. */
  readonly ca: string;
  /** The server's certificate. PEM. */
  readonly certificate: string;
  /** The server's private key. PEM. */
  readonly key: string;
}

/**
 * A server's certificate, and that of the authority that signed it. The authority's key is kept by nobody: it signs nothing
 * else.
 *
 * @param names what the server is reached by: host names and IP addresses
 */
export async function makeCertificates(names: readonly string[]): Promise<Certificates> {
  const notBeforeDate = new Date(Date.now() - BACKDATED_MS);
  const notAfterDate = new Date(Date.now() + DAYS * 24 * 60 * 60_000);
  const common = { keyType: "ec", algorithm: "sha256", notBeforeDate, notAfterDate } as const;
  const authority = await generate([{ name: "commonName", value: "database of this machine: authority" }], {
    ...common,
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: "commonName", value: "database of this machine" }], {
    ...common,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: "basicConstraints", cA: false, critical: true },
      { name: "keyUsage", digitalSignature: true, critical: true },
      { name: "extKeyUsage", serverAuth: true },
      { name: "subjectAltName", altNames: names.map(alternativeName) },
    ],
  });
  return { ca: authority.cert, certificate: server.cert, key: server.private };
}

function alternativeName(name: string) {
  return isIP(name) === 0 ? { type: 2 as const, value: name } : { type: 7 as const, ip: name };
}
