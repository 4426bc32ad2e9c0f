// A server of nothing but `node:http`: what no service can start in less time than.
const { createServer } = require("node:http");

const server = createServer((_request, response) => response.end()).listen(0, process.env.HOST, () => {
  console.log(JSON.stringify({ msg: "listening", port: server.address().port }));
});
