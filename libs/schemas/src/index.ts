export { LANGUAGES, MODEL_ALIASES, MODEL_CHOICES, type AnswerLanguage, type ModelAlias, type ModelChoice } from './models.ts';
export { parse, type Parsed, type ParseOptions, type SchemaProblem } from './parse.ts';
export { CodePoints, IfGiven, LowerCaseUuid, Optional } from './rules.ts';
