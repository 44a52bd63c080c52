// Creates the platform's resources in servers that run already (docker compose): AWS_ENDPOINT_URL for SQS, SNS
// and S3, AWS_ENDPOINT_URL_DYNAMODB for DynamoDB. Waits for them, and changes nothing that is there already.
import { createResources } from './create-resources.ts';
import { readResources } from './resources.ts';

const WAIT_MS = 60_000;
const ASK_EVERY_MS = 250;
const ANSWER_WITHIN_MS = 2_000;

/** Settles when something answers HTTP there, whatever it says. */
async function answers(url: string): Promise<void> {
  const givesUpAt = performance.now() + WAIT_MS;
  for (;;) {
    try {
      await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
      return;
    } catch (error) {
      if (performance.now() > givesUpAt) throw new Error(`nothing answers at ${url}`, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
    }
  }
}

const { AWS_ENDPOINT_URL: awsUrl, AWS_ENDPOINT_URL_DYNAMODB: dynamodbUrl } = process.env;
if (!awsUrl || !dynamodbUrl) {
  console.error('Set AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_DYNAMODB to where the resources are to be created.');
  process.exit(2);
}
await Promise.all([answers(awsUrl), answers(dynamodbUrl)]);
await createResources(readResources(), { awsUrl, dynamodbUrl });
console.log(`The resources stand at ${awsUrl} and ${dynamodbUrl}.`);
