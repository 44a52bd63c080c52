import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** Both attempts together. */
export const DYNAMO_DEADLINE_MS = 300;

export function openDynamo(): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(new DynamoDBClient({ maxAttempts: 2 }), { marshallOptions: { removeUndefinedValues: true } });
}
