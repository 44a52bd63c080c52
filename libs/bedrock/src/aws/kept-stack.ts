import type { BedrockRuntimeClient, ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-bedrock-runtime';

type Handler = (args: { input: ServiceInputTypes; request: unknown }) => Promise<{ response: unknown; output: ServiceOutputTypes }>;
type Transport = { handle(request: unknown, options: { abortSignal: AbortSignal | undefined }): Promise<{ response: unknown }> };

const signals = new WeakMap<object, AbortSignal>();

/**
 * The command, to be given up when the signal fires. Commands of a client with a kept stack get their
 * signal in this way only: an option of `send` would throw the stack away.
 */
export function withSignal<C extends { input: object }>(command: C, signal: AbortSignal): C {
  signals.set(command.input, signal);
  return command;
}

/**
 * With `cacheMiddleware` the SDK builds a command's middleware stack once and not for every call, but
 * only for calls without options; so the innermost middleware hands the signal to the transport.
 */
export function sendWithSignals({ middlewareStack, config }: BedrockRuntimeClient): void {
  const transport = config.requestHandler as unknown as Transport;
  const toTransport = (): Handler => async (args) => {
    const { response } = await transport.handle(args.request, { abortSignal: signals.get(args.input) });
    return { response, output: undefined as unknown as ServiceOutputTypes };
  };
  middlewareStack.add(toTransport, { name: 'sendWithSignal', step: 'deserialize', priority: 'low' });
}
