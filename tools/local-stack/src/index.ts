export type { Faults } from './aws/faults.ts';
export { readResources, type Resources } from './resources.ts';
export { PortTakenError, startLocalStack, type LocalStack, type LocalStackOptions } from './start-local-stack.ts';
