export const OPERATIONS = ['Converse', 'ConverseStream', 'InvokeModel', 'InvokeModelWithResponseStream', 'CountTokens'] as const;
export type Operation = (typeof OPERATIONS)[number];

const BY_PATH: Readonly<Record<string, Operation>> = {
  converse: 'Converse',
  'converse-stream': 'ConverseStream',
  invoke: 'InvokeModel',
  'invoke-with-response-stream': 'InvokeModelWithResponseStream',
  'count-tokens': 'CountTokens',
};

export function isStreaming(operation: Operation): boolean {
  return operation === 'ConverseStream' || operation === 'InvokeModelWithResponseStream';
}

/** `/model/{modelId}/{action}`; the model id is one percent-encoded segment, ARNs included. */
export function parseModelPath(path: string): { operation: Operation; modelId: string } | undefined {
  const [empty, model, modelId, action, ...rest] = path.split('/');
  const operation = BY_PATH[action ?? ''];
  if (empty !== '' || model !== 'model' || !modelId || !operation || rest.length > 0) return undefined;
  try {
    return { operation, modelId: decodeURIComponent(modelId) };
  } catch {
    return undefined;
  }
}

/** Accepts an operation's name or the last part of its path. */
export function parseOperation(name: string): Operation | undefined {
  return BY_PATH[name] ?? OPERATIONS.find((operation) => operation.toLowerCase() === name.toLowerCase());
}
