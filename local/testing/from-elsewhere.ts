import { request } from "node:http";

/** An answer to who asks from another address. */
export interface AnswerElsewhere {
  readonly status: number | undefined;
  readonly body: string;
}

/** Asks from another address of this machine than the rules let in, as somebody on the internet would. */
export function fromElsewhere(url: string, method = "GET", json?: object): Promise<AnswerElsewhere> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json" };
    const asked = request(url, { method, headers, localAddress: "127.0.0.2", agent: false }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => {
        body += text;
      });
      response.on("end", () => resolve({ status: response.statusCode, body }));
    });
    asked.on("error", reject);
    asked.end(json && JSON.stringify(json));
  });
}
