import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ProblemResponse } from '@manga-assist/schemas/rest';

/** Why a socket is not opened: told as HTTP, before the protocol changes. */
export class UpgradeRefusal extends Error {
  constructor(
    readonly status: 400 | 401 | 403 | 404 | 405 | 426 | 503,
    readonly code: string,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = 'UpgradeRefusal';
  }
}

/** The refusal as `application/problem+json`; repeats nothing that the client sent. */
export function refusalProblem({ status, code, message }: UpgradeRefusal, requestId: string): ProblemResponse {
  return {
    type: `urn:manga-assist:problem:${code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: message,
    instance: `urn:manga-assist:request:${requestId}`,
    code,
    request_id: requestId,
    retryable: status === 503,
    error: message,
    details: [],
  };
}

/** Answers an upgrade request with a refusal and hangs up. */
export function refuseUpgrade(stream: Duplex, refusal: UpgradeRefusal, requestId: string): void {
  const { status, headers } = refusal;
  const body = JSON.stringify(refusalProblem(refusal, requestId));
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${requestId}`,
    'cache-control: no-store',
    'x-content-type-options: nosniff',
    'connection: close',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  stream.once('finish', () => stream.destroy());
  stream.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
}
