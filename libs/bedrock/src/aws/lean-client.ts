import type { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

type Config = (BedrockRuntimeClient | DynamoDBClient)['config'];

/** As much as is needed of the middleware stack of any client. */
interface Stack {
  add(middleware: (next: Handler) => Handler, options: { name: string; step: string; priority?: string; override: boolean }): void;
}

type Handler = (args: { request: { headers: Record<string, string> } }) => Promise<never>;

/**
 * Takes out of every call what is done for nobody (7 % of its CPU): the SDK's own log, which copies
 * input and output for a logger that it is never given; the look for a Lambda's trace id; and the user
 * agent, which the SDK escapes and joins anew for each call.
 *
 * The entries are replaced and not removed, because others stand relative to them.
 */
export function leaveOutTheNeedless({ middlewareStack, config }: BedrockRuntimeClient | DynamoDBClient): void {
  const stack = middlewareStack as unknown as Stack;
  const pass = (next: Handler): Handler => next;
  stack.add(pass, { name: 'loggerMiddleware', step: 'initialize', override: true });
  stack.add(pass, { name: 'recursionDetectionMiddleware', step: 'build', priority: 'low', override: true });

  signWithOneSigner(config);

  const userAgent = config.defaultUserAgentProvider().then((sections) => sections.map(inOneWord).join(' '));
  stack.add(
    (next) => async (args) => {
      args.request.headers['user-agent'] = await userAgent;
      return next(args);
    },
    { name: 'getUserAgentMiddleware', step: 'build', priority: 'low', override: true },
  );
}

/** The SDK makes a signer, and a copy of its whole configuration for it, anew for each call. */
function signWithOneSigner(config: Config): void {
  const { signer: makeSigner } = config;
  const made = new Map<string, ReturnType<typeof makeSigner>>();
  config.signer = (scheme?: Parameters<typeof makeSigner>[0]) => {
    const key = `${scheme?.signingName ?? ''} ${scheme?.signingRegion ?? ''}`;
    let signer = made.get(key);
    if (!signer) {
      made.set(key, (signer = makeSigner(scheme)));
      // Without a region there is none, but there may be later.
      signer.catch(() => made.delete(key));
    }
    return signer;
  };
}

/** `aws-sdk-js/3.1`, `md/nodejs#24.1`, `lang/js`. */
function inOneWord([name, version]: readonly [string, string?]): string {
  const word = name.replaceAll(' ', '-').toLowerCase();
  return version === undefined ? word : `${word}${word.includes('/') ? '#' : '/'}${version}`;
}
