import { createServer } from "node:http";
import { HOST } from "./app-process";

/** A server of nothing but `node:http`: `URL PORT`, answers every request with what the URL answered. */
const [url = "", port = ""] = process.argv.slice(2);

/** Those that the server writes by itself. */
const OF_THE_SERVER = ["connection", "date", "keep-alive", "transfer-encoding"];

const answer = await fetch(url);
const body = Buffer.from(await answer.arrayBuffer());
const headers = [...answer.headers].filter(([name]) => !OF_THE_SERVER.includes(name)).flat();

createServer((_request, response) => response.writeHead(answer.status, headers).end(body)).listen(Number(port), HOST);
