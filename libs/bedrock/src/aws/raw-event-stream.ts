import type { BedrockRuntimeClient, ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-bedrock-runtime';
import type { Readable } from 'node:stream';
import { RawFrames, type FrameSource } from './frame-source.ts';
import { SdkFrames } from './sdk-frames.ts';

/** What a streaming command gives instead of the SDK's own event iterator. */
interface RawEventStream {
  rawBody: Readable;
}

/** What InvokeModel gives. */
export interface RawWholeAnswer {
  body: Buffer;
  /** From the response's headers, which the SDK does not model; not every model sends it. */
  inputTokenCount: number | undefined;
}

type Handler = (args: { input: ServiceInputTypes; request: unknown }) => Promise<{ response: unknown; output: ServiceOutputTypes }>;
type Middleware = (next: Handler, context: { commandName?: string }) => Handler;

const STREAMING_COMMANDS: ReadonlySet<string | undefined> = new Set(['ConverseStreamCommand', 'InvokeModelWithResponseStreamCommand']);
const INVOKE_COMMAND = 'InvokeModelCommand';

/** Carries a response past the SDK's deserialiser. */
class Bypass {
  readonly response: unknown;
  readonly rawBody: Readable;

  constructor(response: unknown, rawBody: Readable) {
    this.response = response;
    this.rawBody = rawBody;
  }
}

/**
 * Leaves the SDK's deserialiser out of good answers. The SDK keeps doing endpoint, credentials,
 * signing and, for any status but 200, the reading of errors.
 *
 * - The two streaming commands resolve, as soon as the response's headers are there, with the
 *   untouched body: the SDK's event-stream reader takes 15 to 55 µs of CPU an event.
 * - InvokeModel gives its body as always, without the walk through the schema of one blob. Converse is
 *   left to the SDK: its answers hold bytes in base64, which the schema knows and we would not.
 *
 * A middleware cannot skip the one around it, so the inner of a pair throws the body and the outer
 * one, beyond the deserialiser, catches it.
 */
export function keepRawBodies(stack: BedrockRuntimeClient['middlewareStack']): void {
  stack.addRelativeTo(throwBody, { relation: 'after', toMiddleware: 'deserializerMiddleware', name: 'throwRawBody' });
  stack.addRelativeTo(catchBody, { relation: 'before', toMiddleware: 'deserializerMiddleware', name: 'catchRawBody' });
}

/** The frames of a streaming command's output, whoever is to read them. */
export function framesOf(output: object): FrameSource {
  if ('rawBody' in output) return new RawFrames((output as RawEventStream).rawBody);
  const { stream, body } = output as { stream?: AsyncIterable<unknown>; body?: AsyncIterable<unknown> };
  return new SdkFrames(stream ?? body ?? nothing());
}

async function* nothing(): AsyncGenerator<never> {}

const throwBody: Middleware = (next, context) => async (args) => {
  const result = await next(args);
  const response = result.response as { statusCode?: number; body?: Readable };
  if (response.statusCode !== 200 || !response.body) return result;
  if (!STREAMING_COMMANDS.has(context.commandName) && context.commandName !== INVOKE_COMMAND) return result;
  throw new Bypass(response, response.body);
};

const catchBody: Middleware = (next, context) => async (args) => {
  try {
    return await next(args);
  } catch (thrown) {
    if (!(thrown instanceof Bypass)) throw thrown;
    const { response, rawBody } = thrown;
    const output = STREAMING_COMMANDS.has(context.commandName) ? { rawBody } : wholeOutput(response, await readToEnd(rawBody));
    return { response, output: { $metadata: {}, ...output } as unknown as ServiceOutputTypes };
  }
};

function wholeOutput(response: unknown, body: Buffer): RawWholeAnswer {
  const count = (response as { headers?: Readonly<Record<string, string>> }).headers?.['x-amzn-bedrock-input-token-count'];
  return { body, inputTokenCount: count === undefined ? undefined : Number(count) };
}

function readToEnd(body: Readable): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    body.on('data', (part: Buffer) => parts.push(part));
    body.once('end', () => resolve(parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts)));
    // The status tells a broken answer from a connection that was never made.
    const broken = (error: Error) => reject(Object.assign(error, { $metadata: { httpStatusCode: 200 } }));
    body.once('error', broken);
    body.once('close', () => broken(Object.assign(new Error('the connection was closed'), { code: 'ECONNRESET' })));
  });
}
