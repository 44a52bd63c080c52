import { database } from './dynalite.ts';

const checkConditional = database.checkConditional;

/**
 * Adds the item that stood in the way to a failed condition when the caller asked for it
 * (`ReturnValuesOnConditionCheckFailure: ALL_OLD`), which dynalite ignores. Every write of dynalite
 * checks through this function under its item's lock, so the item is the one the condition saw.
 */
database.checkConditional = (data, existing) => {
  const failure = checkConditional(data, existing);
  if (failure && existing && data['ReturnValuesOnConditionCheckFailure'] === 'ALL_OLD') failure.body['Item'] = existing;
  return failure;
};

export const failedCondition = database.checkConditional;
