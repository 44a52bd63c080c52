import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { apiKeyRecord } from '@manga-assist/identity';
import type { CustomerRecord } from './customer-record.ts';

/** Stores the keys of those customers who have one, hashed. Returns how many. */
export async function putApiKeys(customers: readonly CustomerRecord[], { table, pepper }: { table: string; pepper: string }, signal: AbortSignal): Promise<number> {
  const dynamo = DynamoDBDocumentClient.from(new DynamoDBClient({ maxAttempts: 2 }));
  try {
    const records = customers.flatMap(({ api_key: apiKey, tenant_id: tenantId, subject, scopes }) =>
      apiKey === null ? [] : [apiKeyRecord(apiKey, { tenantId, subject, scopes }, pepper)],
    );
    await Promise.all(records.map((Item) => dynamo.send(new PutCommand({ TableName: table, Item }), { abortSignal: signal })));
    return records.length;
  } finally {
    dynamo.destroy();
  }
}
