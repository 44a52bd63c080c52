export { Flag, List, Secret, SecretField } from './fields.ts';
export { ConfigError, readConfig, variableName } from './read-config.ts';
export { ServiceConfig } from './service-config.ts';
