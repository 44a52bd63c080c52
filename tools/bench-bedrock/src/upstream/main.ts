import { createServer as createHttp1, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { createServer, type AddressInfo } from 'node:net';
import { closingFrames, openingFrame, textFrame, wholeAnswer } from './canned-answers.ts';
import { UpstreamSettings, type UpstreamCounts } from './upstream-settings.ts';

/**
 * A Bedrock that costs almost nothing: canned bytes, at once or paced, over HTTP/1.1 and HTTP/2 on one
 * port. The first token of a paced stream says how long this process itself took, so that a client can
 * be charged for the rest only.
 */
const answer = wholeAnswer(UpstreamSettings.answerTokens);
const burst = Buffer.concat([
  openingFrame(),
  ...Array.from({ length: UpstreamSettings.answerTokens }, (_, index) => textFrame(index)),
  closingFrames(UpstreamSettings.answerTokens),
]);

let counts: UpstreamCounts = { calls: 0, throttled: 0, connections: 0 };
let settings = new UpstreamSettings();
let throttleFrom = 0;

function serve(request: IncomingMessage | Http2ServerRequest, reply: ServerResponse | Http2ServerResponse): void {
  const receivedAt = performance.now();
  request.resume();
  request.once('end', () => {
    const url = request.url ?? '';
    const to = reply as ServerResponse;
    if (!url.startsWith('/model/')) {
      to.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{"UnprocessedItems":{}}');
      return;
    }
    counts.calls++;
    const isStorm = performance.now() - throttleFrom < settings.throttleForMs;
    if (isStorm && Math.random() < settings.throttledShare) {
      counts.throttled++;
      to.writeHead(429, { 'content-type': 'application/json', 'x-amzn-errortype': 'ThrottlingException' });
      to.end('{"message":"Too many requests, please wait before trying again."}');
    } else if (url.endsWith('/converse-stream')) {
      to.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream', 'x-amzn-requestid': 'r' });
      if (settings.firstTokenMs === 0) to.end(burst);
      else paced(to, receivedAt);
    } else {
      to.writeHead(200, { 'content-type': 'application/json', 'x-amzn-requestid': 'r', 'content-length': answer.length }).end(answer);
    }
  });
}

function paced(reply: ServerResponse, receivedAt: number): void {
  reply.write(openingFrame());
  let sent = 0;
  const send = () => {
    if (reply.destroyed) return;
    if (sent === UpstreamSettings.pacedTokens) {
      reply.end(closingFrames(sent));
      return;
    }
    reply.write(textFrame(sent, sent === 0 ? String(performance.now() - receivedAt) : undefined));
    sent++;
    setTimeout(send, settings.tokenEveryMs * 2 * Math.random());
  };
  setTimeout(send, settings.firstTokenMs * (1 + Math.random()));
}

const http1 = createHttp1({ keepAliveTimeout: 60_000 }, serve);
const http2 = createHttp2(serve);
const onePort = createServer((socket) => {
  counts.connections++;
  socket.once('readable', () => {
    const first = socket.read() as Buffer | null;
    if (first === null) return;
    socket.unshift(first);
    (first.toString('latin1', 0, 3) === 'PRI' ? http2 : http1).emit('connection', socket);
  });
  socket.on('error', () => undefined);
});

process.on('message', (message: { settings?: UpstreamSettings; counts?: true }) => {
  if (message.settings) {
    settings = message.settings;
    counts = { calls: 0, throttled: 0, connections: 0 };
    throttleFrom = performance.now();
  }
  process.send?.(counts);
});
process.once('disconnect', () => process.exit(0));
onePort.listen(0, '127.0.0.1', () => process.send?.({ url: `http://127.0.0.1:${(onePort.address() as AddressInfo).port}` }));
