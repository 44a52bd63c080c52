export { startBedrockLocal, type BedrockLocal, type BedrockLocalOptions } from './bedrock-local.ts';
export type { BackendChoice } from './backends/open-backend.ts';
