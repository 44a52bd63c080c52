import {
  CreateTableCommand,
  DynamoDBClient,
  ResourceInUseException,
  UpdateTimeToLiveCommand,
  type AttributeDefinition,
  type KeySchemaElement,
} from '@aws-sdk/client-dynamodb';
import { BucketAlreadyOwnedByYou, CreateBucketCommand, PutBucketLifecycleConfigurationCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { BucketDeclaration, IndexDeclaration, QueueDeclaration, Resources, TableDeclaration } from './resources.ts';

type Keys = Pick<IndexDeclaration, 'partitionKey' | 'sortKey'>;

/** A server that does not answer at start is broken: better a clear failure than a silent wait. */
const DEADLINE_MS = 10_000;

/** Makes everything that is declared and not there yet, through the same SDK clients the services use. */
export async function createResources(resources: Resources, { awsUrl, dynamodbUrl }: { awsUrl: string; dynamodbUrl: string }): Promise<void> {
  const shared = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' }, maxAttempts: 1 };
  const dynamodb = new DynamoDBClient({ ...shared, endpoint: dynamodbUrl });
  const sqs = new SQSClient({ ...shared, endpoint: awsUrl, useQueueUrlAsEndpoint: false });
  const sns = new SNSClient({ ...shared, endpoint: awsUrl });
  const s3 = new S3Client({ ...shared, endpoint: awsUrl, forcePathStyle: true });
  const clients = [dynamodb, sqs, sns, s3];
  const options = { abortSignal: AbortSignal.timeout(DEADLINE_MS) };

  const createTable = async (table: TableDeclaration) => {
    const isNew = await unlessThere(dynamodb.send(new CreateTableCommand(tableInput(table)), options));
    if (!isNew || table.ttlAttribute === undefined) return;
    const specification = { Enabled: true, AttributeName: table.ttlAttribute };
    await dynamodb.send(new UpdateTimeToLiveCommand({ TableName: table.name, TimeToLiveSpecification: specification }), options);
  };

  const createQueues = async () => {
    const arns = new Map<string, string>();
    const targets = new Set(resources.queues.map(({ redrive }) => redrive?.queue));
    // Dead-letter queues first: a redrive policy names its target by ARN.
    const ordered = resources.queues.toSorted((a, b) => Number(targets.has(b.name)) - Number(targets.has(a.name)));
    for (const queue of ordered) {
      const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: queue.name, Attributes: queueAttributes(queue, arns) }), options);
      const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }), options);
      arns.set(queue.name, Attributes?.['QueueArn'] ?? '');
    }
    return arns;
  };

  const createTopics = async () => {
    const arns = new Map<string, string>();
    for (const { name } of resources.topics) {
      const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: name }), options);
      arns.set(name, TopicArn ?? '');
    }
    return arns;
  };

  const createBucket = async ({ name, expiry = [] }: BucketDeclaration) => {
    const isNew = await unlessThere(s3.send(new CreateBucketCommand({ Bucket: name }), options));
    if (!isNew || expiry.length === 0) return;
    const Rules = expiry.map(({ prefix, days }) => ({ ID: prefix, Status: 'Enabled' as const, Filter: { Prefix: prefix }, Expiration: { Days: days } }));
    await s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket: name, LifecycleConfiguration: { Rules } }), options);
  };

  try {
    const [queueArns, topicArns] = await Promise.all([
      createQueues(),
      createTopics(),
      ...resources.tables.map(createTable),
      ...resources.buckets.map(createBucket),
    ]);
    for (const { topic, queue, rawMessageDelivery } of resources.subscriptions) {
      const subscription = { TopicArn: topicArns.get(topic), Protocol: 'sqs', Endpoint: queueArns.get(queue) };
      await sns.send(new SubscribeCommand({ ...subscription, Attributes: { RawMessageDelivery: String(rawMessageDelivery) } }), options);
    }
  } finally {
    for (const client of clients) client.destroy();
  }
}

/** False when it was there already; creating a queue, a topic or a subscription again is no error in the first place. */
async function unlessThere(creation: Promise<unknown>): Promise<boolean> {
  try {
    await creation;
    return true;
  } catch (error) {
    if (error instanceof ResourceInUseException || error instanceof BucketAlreadyOwnedByYou) return false;
    throw error;
  }
}

function queueAttributes(queue: QueueDeclaration, arns: Map<string, string>): Record<string, string> {
  const attributes: Record<string, string> = {
    VisibilityTimeout: String(queue.visibilityTimeoutSeconds),
    MessageRetentionPeriod: String(queue.retentionSeconds),
  };
  if (queue.fifo) attributes['FifoQueue'] = 'true';
  if (queue.redrive) {
    const { queue: target, maxReceiveCount } = queue.redrive;
    attributes['RedrivePolicy'] = JSON.stringify({ deadLetterTargetArn: arns.get(target), maxReceiveCount });
  }
  return attributes;
}

function tableInput(table: TableDeclaration) {
  const indexes = table.globalSecondaryIndexes ?? [];
  const attributes = new Map<string, AttributeDefinition>();
  for (const { partitionKey, sortKey } of [table, ...indexes]) {
    for (const key of [partitionKey, sortKey]) {
      if (key) attributes.set(key.name, { AttributeName: key.name, AttributeType: key.type });
    }
  }
  return {
    TableName: table.name,
    BillingMode: 'PAY_PER_REQUEST' as const,
    AttributeDefinitions: [...attributes.values()],
    KeySchema: keySchema(table),
    GlobalSecondaryIndexes: indexes.length === 0 ? undefined : indexes.map(indexInput),
  };
}

function indexInput(index: IndexDeclaration) {
  return { IndexName: index.name, KeySchema: keySchema(index), Projection: { ProjectionType: index.projection } };
}

function keySchema({ partitionKey, sortKey }: Keys): KeySchemaElement[] {
  const keys: KeySchemaElement[] = [{ AttributeName: partitionKey.name, KeyType: 'HASH' }];
  if (sortKey) keys.push({ AttributeName: sortKey.name, KeyType: 'RANGE' });
  return keys;
}
