export { LANGUAGES, MODEL_ALIASES, type AnswerLanguage, type ModelAlias } from './models.ts';
export { parse, type Parsed, type ParseOptions, type SchemaProblem } from './parse.ts';
export { CodePoints, LowerCaseUuid } from './rules.ts';
