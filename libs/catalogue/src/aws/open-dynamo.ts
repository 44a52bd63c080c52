import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { NodeHttpHandler } from '@smithy/node-http-handler';

const MOST_SOCKETS = 50;
const CONNECTION_TIMEOUT_MS = 300;

/** A client of the catalogue's own: kept connections, two attempts. Each call brings its deadline. */
export function openDynamo(): DynamoDBDocumentClient {
  const requestHandler = new NodeHttpHandler({
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    httpAgent: { keepAlive: true, maxSockets: MOST_SOCKETS },
    httpsAgent: { keepAlive: true, maxSockets: MOST_SOCKETS },
  });
  return DynamoDBDocumentClient.from(new DynamoDBClient({ maxAttempts: 2, requestHandler }), { marshallOptions: { removeUndefinedValues: true } });
}
