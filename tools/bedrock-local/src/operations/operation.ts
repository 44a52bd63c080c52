export const OPERATIONS = ['Converse', 'ConverseStream', 'InvokeModel', 'InvokeModelWithResponseStream', 'CountTokens'] as const;
export type Operation = (typeof OPERATIONS)[number];

/** Everything beside the models; `BatchRecord` is one line of a batch job. */
export const OTHER_OPERATIONS = [
  'ApplyGuardrail', 'CreateModelInvocationJob', 'GetModelInvocationJob', 'ListModelInvocationJobs', 'StopModelInvocationJob',
  'ListFoundationModels', 'GetFoundationModel', 'ListInferenceProfiles', 'GetInferenceProfile', 'BatchRecord',
] as const;
export type OtherOperation = (typeof OTHER_OPERATIONS)[number];
export type AnyOperation = Operation | OtherOperation;

const BY_PATH: Readonly<Record<string, Operation>> = {
  converse: 'Converse',
  'converse-stream': 'ConverseStream',
  invoke: 'InvokeModel',
  'invoke-with-response-stream': 'InvokeModelWithResponseStream',
  'count-tokens': 'CountTokens',
};

export function isStreaming(operation: AnyOperation): boolean {
  return operation === 'ConverseStream' || operation === 'InvokeModelWithResponseStream';
}

export function isModelOperation(operation: AnyOperation): operation is Operation {
  return (OPERATIONS as readonly string[]).includes(operation);
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

/** Accepts an operation's name, or the last part of a model operation's path. */
export function parseOperation(name: string): AnyOperation | undefined {
  return BY_PATH[name] ?? [...OPERATIONS, ...OTHER_OPERATIONS].find((operation) => operation.toLowerCase() === name.toLowerCase());
}
