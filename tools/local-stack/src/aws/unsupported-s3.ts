/**
 * S3 requests for a sub-resource that fauxqs does not know. It would take them for the object or
 * bucket itself: PutObjectTagging overwrites the object with the tagging XML. So they are refused.
 */
const UNSUPPORTED = new Set([
  'accelerate',
  'acl',
  'analytics',
  'cors',
  'encryption',
  'intelligent-tiering',
  'inventory',
  'legal-hold',
  'logging',
  'metrics',
  'notification',
  'object-lock',
  'ownershipControls',
  'policy',
  'policyStatus',
  'publicAccessBlock',
  'replication',
  'requestPayment',
  'restore',
  'retention',
  'select',
  'tagging',
  'torrent',
  'versionId',
  'versioning',
  'versions',
  'website',
]);
/** fauxqs has multipart uploads, but answers a listing of them with the object or the bucket. */
const NOT_READABLE = new Set(['uploadId', 'uploads']);

/** The unsupported sub-resource that the request is about, if any. */
export function unsupportedSubResource(method: string, url: string): string | undefined {
  const names = [...new URLSearchParams(url.split('?')[1] ?? '').keys()];
  return names.find((name) => UNSUPPORTED.has(name) || (method === 'GET' && NOT_READABLE.has(name)));
}
