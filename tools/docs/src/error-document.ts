import ts from 'typescript';
import { chatErrorMeanings } from './chat-error-meanings.ts';
import { raisedErrors, type RaisedError } from './raised-errors.ts';
import { code, constantOf, findAll, nameOf, parse, pathsOf, table } from './sources.ts';

const PROBLEMS = 'libs/service-kit/src/http/problem.ts';
const FAILURES = 'apps/chat-gateway/src/turns/turn-failure.ts';

/** docs/errors.md, from every `AppError` and table of codes in apps and libs, and from the chat protocol. */
export function errorDocument(): string {
  const statusOfKind = constantOf(PROBLEMS, 'STATUS_OF_KIND') as Record<string, number>;
  const statusOfCode = constantOf(PROBLEMS, 'STATUS_OF_CODE') as Record<string, number>;
  const retryable = constantOf('libs/foundation/src/app-error.ts', 'RETRYABLE') as string[];
  const kinds = Object.keys(statusOfKind);
  const raised = productFiles('{apps,libs}/*').flatMap((path) => raisedErrors(parse(path), 'AppError', (text) => kinds.includes(text)));
  const codes = byCode(raised);
  const gone = [...Object.keys(statusOfCode), ...Object.keys(constantOf(FAILURES, 'BY_CODE') as object)].filter((name) => !codes.has(name));
  if (gone.length > 0) throw new Error(`${PROBLEMS} or ${FAILURES} names codes that nothing raises: ${gone.join(', ')}.`);
  const rows = [...codes].map(([name, errors]) => {
    const kind = kindOf(name, errors);
    const status = statusOfCode[name] ?? statusOfKind[kind];
    return [code(name), kind, String(status), retryable.includes(kind) ? 'yes' : 'no', messagesOf(errors), placesOf(errors)];
  });
  const kindRows = kinds.map((kind) => [kind, String(statusOfKind[kind]), retryable.includes(kind) ? 'yes' : 'no']);
  return `${INTRODUCTION}
## Kinds

${table(['kind', 'HTTP status', 'retryable'], kindRows)}

A cancelled request has no reader any more: 499 is what its log line says. Answers with 429 and 503 carry \`Retry-After\`.

## Codes

${table(['code', 'kind', 'HTTP status', 'retryable', 'message', 'raised in'], rows)}

${socketSection()}
${chatSection()}`;
}

const INTRODUCTION = `# Errors

Written by \`npm run docs\` from the sources; do not edit.

Every failure is an \`AppError\` with a kind and a code. Codes are stable: a code never changes its meaning, and one that is retired is never used again.
Over HTTP a failure is \`application/problem+json\` with \`code\`, \`request_id\` and \`retryable\`; a chat socket has a closed set of codes of its own, below.
Messages may be shown to people and repeat nothing from the request but the names of fields. In braces: what varies.
`;

/** Sources that run in a service, in a stable order. */
function productFiles(folders: string): string[] {
  return pathsOf(`${folders}/src/**/*.ts`).filter((path) => !/\.spec\.ts$|\/testing\//.test(path));
}

function byCode(raised: readonly RaisedError[]): Map<string, RaisedError[]> {
  const sorted = [...raised].sort((one, other) => (one.code < other.code ? -1 : one.code > other.code ? 1 : 0));
  return Map.groupBy(sorted, (error) => error.code);
}

function kindOf(name: string, errors: readonly RaisedError[]): string {
  const [kind = '', ...others] = distinct(errors, 'kind');
  if (others.length > 0) throw new Error(`${name} has more than one kind: ${errors.map((error) => `${error.kind} in ${error.path}`).join(', ')}.`);
  return kind;
}

function distinct(errors: readonly RaisedError[], field: keyof RaisedError): string[] {
  return [...new Set(errors.map((error) => error[field]))];
}

const messagesOf = (errors: readonly RaisedError[]): string => distinct(errors, 'message').join(' / ');
const placesOf = (errors: readonly RaisedError[]): string => distinct(errors, 'path').map(link).join('<br>');
const link = (path: string): string => `[${path.replace(/^(apps|libs)\//, '').replace('/src/', '/')}](../${path})`;

function socketSection(): string {
  const refusals = productFiles('apps/chat-gateway').flatMap((path) => raisedErrors(parse(path), 'UpgradeRefusal', (text) => /^[45]\d\d$/.test(text)));
  const rows = [...byCode(refusals)].map(([name, errors]) => [code(name), kindOf(name, errors), messagesOf(errors), placesOf(errors)]);
  return `## Sockets that are not opened

chat-gateway refuses a WebSocket before the protocol changes, with \`application/problem+json\` as well.

${table(['code', 'HTTP status', 'message', 'raised in'], rows)}
`;
}

function chatSection(): string {
  const codes = constantOf('libs/schemas/src/chat/server-frames.ts', 'CHAT_ERROR_CODES') as string[];
  const words = constantOf('apps/chat-gateway/src/frames/error-frame.ts', 'WORDS') as Record<string, { message: string; retryable: boolean }>;
  const unmatched = [...codes, ...Object.keys(chatErrorMeanings)].filter((name) => !codes.includes(name) || !Object.hasOwn(chatErrorMeanings, name));
  if (unmatched.length > 0) throw new Error(`The protocol's codes and tools/docs/src/chat-error-meanings.ts differ: ${unmatched.join(', ')}.`);
  const reasons = sentFor();
  const rows = codes.map((name) => [
    code(name),
    words[name]?.retryable ? 'yes' : 'no',
    words[name]?.message ?? '',
    chatErrorMeanings[name] ?? '',
    (reasons.get(name) ?? ['reserved: not sent today']).join('<br>'),
  ]);
  return `## Codes of the chat

The \`error\` frames of [\`mangaassist.v1\`](../libs/schemas/src/chat/PROTOCOL.md), sent by chat-gateway. \`retryable\` and \`message\` are what is sent when nothing more particular is known.

${table(['code', 'retryable', 'message', 'when', 'sent for'], rows)}
`;
}

/** What leads to each chat code: the errors that a turn can fail with, and the places that refuse frames. */
function sentFor(): Map<string, string[]> {
  const reasons = new Map<string, string[]>();
  const add = (name: string, reason: string): void => {
    const known = reasons.get(name) ?? [];
    if (!known.includes(reason)) reasons.set(name, [...known, reason]);
  };
  const ofCode = constantOf(FAILURES, 'BY_CODE') as Record<string, string>;
  const ofKind = constantOf(FAILURES, 'BY_KIND') as Record<string, { code: string }>;
  for (const [cause, name] of Object.entries(ofCode)) add(name, code(cause));
  for (const [kind, { code: name }] of Object.entries(ofKind)) add(name, `any other ${kind}`);
  for (const path of productFiles('apps/chat-gateway').filter((each) => each !== FAILURES)) {
    const fields = findAll(parse(path), ts.isPropertyAssignment).filter(({ name }) => nameOf(name) === 'code');
    for (const { initializer } of fields) {
      if (ts.isStringLiteral(initializer) && Object.hasOwn(chatErrorMeanings, initializer.text)) add(initializer.text, link(path));
    }
  }
  return reasons;
}
