/** The variables by which a service is told where another answers. */
export interface CallVariables {
  /** A host name; one with an SRV record where there is no port. */
  readonly host: string;
  readonly port: string;
  /** `http` or `https`. */
  readonly protocol: string;
}

/** Names of the variables for a service that is called: those of `notification` begin with `NOTIFICATION_SERVICE_`. */
export function callVariables(callee: string): CallVariables {
  const prefix = `${callee.toUpperCase().replaceAll("-", "_")}_SERVICE`;
  return { host: `${prefix}_HOST`, port: `${prefix}_PORT`, protocol: `${prefix}_PROTOCOL` };
}
