import { Failure } from "../../tools/failure";

/** A release that did not come to its end, with what a machine wants to know of it. */
export class Unsuccessful extends Failure {
  constructor(
    message: string,
    status: number,
    readonly result: object,
  ) {
    super(message, status);
  }
}
