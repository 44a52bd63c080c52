import type { BedrockRuntimeClient, ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-bedrock-runtime';
import type { Readable } from 'node:stream';

/** What a streaming command gives instead of the SDK's own event iterator. */
export interface RawEventStream {
  rawBody: Readable;
}

type Handler = (args: { input: ServiceInputTypes; request: unknown }) => Promise<{ response: unknown; output: ServiceOutputTypes }>;
type Middleware = (next: Handler, context: { commandName?: string }) => Handler;

const STREAMING_COMMANDS: ReadonlySet<string | undefined> = new Set(['ConverseStreamCommand', 'InvokeModelWithResponseStreamCommand']);

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
 * Makes the two streaming commands resolve, as soon as the response's headers are there, with the
 * untouched body. The SDK keeps doing endpoint, credentials, signing and, for any status but 200,
 * the reading of errors; only its event-stream reader (45 to 55 µs of CPU an event) is left out.
 *
 * A middleware cannot skip the one around it, so the inner of a pair throws the body and the outer
 * one, beyond the deserialiser, catches it.
 */
export function keepRawEventStreams(stack: BedrockRuntimeClient['middlewareStack']): void {
  stack.addRelativeTo(throwBody, { relation: 'after', toMiddleware: 'deserializerMiddleware', name: 'throwRawEventStream' });
  stack.addRelativeTo(catchBody, { relation: 'before', toMiddleware: 'deserializerMiddleware', name: 'catchRawEventStream' });
}

const throwBody: Middleware = (next, context) => async (args) => {
  const result = await next(args);
  const response = result.response as { statusCode?: number; body?: Readable };
  if (response.statusCode !== 200 || !response.body || !STREAMING_COMMANDS.has(context.commandName)) return result;
  throw new Bypass(response, response.body);
};

const catchBody: Middleware = (next) => async (args) => {
  try {
    return await next(args);
  } catch (thrown) {
    if (!(thrown instanceof Bypass)) throw thrown;
    const output: RawEventStream = { rawBody: thrown.rawBody };
    return { response: thrown.response, output: { $metadata: {}, ...output } as unknown as ServiceOutputTypes };
  }
};
