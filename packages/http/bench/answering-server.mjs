/** Answers every request with a token answer: a process of its own, so that only the client is measured. */
import http from 'node:http';

const body = JSON.stringify({
  access_token: 'act.example12345Example12345Example!4608.va',
  expires_in: 86_400,
  refresh_token: 'rft.example12345Example12345Example!4608.va',
  refresh_expires_in: 31_536_000,
  open_id: 'afd97af1-b87b-48b9-ac98-410aghda5344',
  scope: 'user.info.basic,video.list',
  token_type: 'Bearer',
});
const headers = {
  'content-type': 'application/json; charset=utf-8',
  'content-length': Buffer.byteLength(body),
  'x-tt-logid': '20261122101500C0FFEE',
};

const server = http.createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  request.resume();
  request.once('end', () => response.writeHead(200, headers).end(body));
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: server.address().port }));
process.on('disconnect', () => process.exit());
