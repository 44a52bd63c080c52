import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, UpdateCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

export type Attributes = Record<string, unknown>;

/** One conditional update; names are written `#name`, values `:name`. */
export interface ItemChange {
  update: string;
  condition: string;
  names: Record<string, string>;
  values: Attributes;
}

/** The item after the change, or as it stands in the way; none when there is no such item. */
export async function changeItem(
  dynamo: DynamoDBDocumentClient,
  { table, mangaId }: { table: string; mangaId: string },
  { update, condition, names, values }: ItemChange,
  signal: AbortSignal,
): Promise<{ isDone: boolean; item: Attributes | undefined }> {
  const command = new UpdateCommand({
    TableName: table,
    Key: { manga_id: mangaId },
    UpdateExpression: update,
    ConditionExpression: `attribute_exists(manga_id) AND (${condition})`,
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
    ReturnValues: 'ALL_NEW',
  });
  try {
    return { isDone: true, item: (await dynamo.send(command, { abortSignal: signal })).Attributes };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    const { Item } = await dynamo.send(new GetCommand({ TableName: table, Key: { manga_id: mangaId }, ConsistentRead: true }), { abortSignal: signal });
    return { isDone: false, item: Item };
  }
}
