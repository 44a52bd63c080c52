export { Flag, List, Secret, SecretField } from './fields.ts';
export { ModelConfig } from './model-config.ts';
export { ConfigError, readConfig, variableName } from './read-config.ts';
export { ServiceConfig } from './service-config.ts';
