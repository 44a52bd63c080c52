export { AppError, toAppError, type ErrorContext, type ErrorKind, type Problem } from './app-error.ts';
export { canonicalJson, canonicalSha256, type Json, type JsonObject } from './canonical-json.ts';
export { Clock, SystemClock } from './clock.ts';
export { Ids, isUuid, SystemIds, ulid } from './ids.ts';
export { cleanText, countCodePoints, type CleanText } from './text/clean-text.ts';
export { keyText } from './text/key-text.ts';
export { TextSeal } from './text-seal.ts';
